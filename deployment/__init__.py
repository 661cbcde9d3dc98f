"""The deploy of one stage: what `deploy.py` does, as data wherever it can be.

    stage.config.load(files, settings)    -> Config      parsed once, frozen; all faults at once
    observe.account.observe(config, aws)  -> Facts       reads AWS: account, stack, model, baseline, bucket
    release.packages                      -> Packages    zips of code, same sources same bytes
    release.assemble.assemble(...)        -> Release     template, parameters, uploads: pure
    plan.planner.plan(...)                -> actions     what has to change: pure
    apply.in_order.apply(actions, ...)                   acts in order; nothing else changes AWS
    run.execution.start, follow           -> Execution   one run of the pipeline, step by step
    run.outcome.read(...)                 -> Outcome     distances, alarms, retraining, output files
    verbs                                 -> Report      what each verb does with all of these

`names` has every derived name. boto3 clients are made in one place, `aws.Aws`, from the session that
`deploy.py` made. The package imports `pipeline_definition` and nothing else of ours.
"""
