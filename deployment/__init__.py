"""The deploy of one stage: what `deploy.py` does, as data wherever it can be.

    config.load(stage files, settings) -> Config          parsed once, frozen; all faults at once
    observe.observe(config, aws)       -> Facts           reads AWS: account, stack, model, baseline, bucket
    packages.build(...)                -> Packages        zips of code, same sources same bytes
    release.assemble(config, facts, packages) -> Release  template, parameters, uploads: pure
    plan.plan(release, facts)          -> Plan            what has to change: pure
    apply.apply(plan, aws, say)                           acts in order; nothing else changes AWS
    execution.start, follow            -> Execution       one run of the pipeline, step by step
    outcome.read(...)                  -> Outcome         distances, alarms, retraining, output files

`names` has every derived name; `template` and `template_values` read and evaluate the handwritten
CloudFormation templates, `differences` compares two of them. boto3 clients are made in one place, `aws.Aws`,
from the session that `deploy.py` made. The package imports `pipeline_definition` and nothing else of ours.
"""
