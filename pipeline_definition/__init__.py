"""The SageMaker pipeline of a stage: handwritten JSON, and the code that fills it in and checks it.

`batch_pipeline.json` has placeholders, `"${Name}"`. `fill` chooses the steps and puts the values in,
`images` knows the addresses of SageMaker's own images, `validate` checks the result as SageMaker would,
from botocore's model of the API. `steps/` has the scripts that run inside the pipeline's containers.
Calls no AWS.
"""
