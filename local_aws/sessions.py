"""Sessions that the process's environment does not reach: no profile, file, endpoint or proxy of the user."""

from __future__ import annotations

import functools
import os

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader, create_loader

FAKE_KEY = "local-aws"


def core_session() -> botocore.session.Session:
    """A botocore session without the user's profile, config file and credentials."""
    core = botocore.session.Session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
    )
    core.register_component("data_loader", _loader())
    return core


@functools.cache
def _loader() -> Loader:
    """The loader of botocore's models, one for all sessions: each of its own would parse them again."""
    return create_loader()


def session(endpoint_url: str, region: str) -> boto3.Session:
    """A session with fake credentials whose clients, of every service, call `endpoint_url`.

    Args:
        endpoint_url: Where a local AWS listens.
        region: The session's region.
    """
    core = core_session()
    store = core.get_component("config_store")
    # Overrides: AWS_ENDPOINT_URL and AWS_IGNORE_CONFIGURED_ENDPOINT_URLS do not reach them.
    store.set_config_variable("endpoint_url", endpoint_url)
    store.set_config_variable("ignore_configured_endpoint_urls", False)
    core.set_default_client_config(Config(proxies={}, s3={"addressing_style": "path"}))
    return boto3.Session(
        aws_access_key_id=FAKE_KEY,
        aws_secret_access_key=FAKE_KEY,
        region_name=region,
        botocore_session=core,
    )
