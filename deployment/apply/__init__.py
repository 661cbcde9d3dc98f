"""The actions done in order; nothing outside this package changes AWS, but for starting a run."""
