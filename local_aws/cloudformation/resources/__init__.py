"""The resource types that the local CloudFormation runs: `RESOURCE_TYPES`, one row each, one file a service.

A row's functions call the service's own API through a boto3 client of the local endpoint, so that botocore
checks the parameters and what the local AWS answers in moto's place is in force. A property that is in no row
is refused, and so is a type. A new type is one `ResourceType` in its service's file and one row here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from local_aws.cloudformation.resources import (
    cloudwatch,
    codebuild,
    codepipeline,
    events,
    functions,
    iam,
    kms,
    logs,
    s3,
    sagemaker,
    sns,
    sqs,
)
from local_aws.cloudformation.resources.model import ResourceType

RESOURCE_TYPES: Mapping[str, ResourceType] = MappingProxyType(
    {
        "AWS::CloudWatch::Alarm": cloudwatch.ALARM,
        "AWS::CloudWatch::Dashboard": cloudwatch.DASHBOARD,
        "AWS::CodeBuild::Project": codebuild.PROJECT,
        "AWS::CodePipeline::Pipeline": codepipeline.PIPELINE,
        "AWS::Events::Rule": events.RULE,
        "AWS::IAM::Policy": iam.POLICY,
        "AWS::IAM::Role": iam.ROLE,
        "AWS::KMS::Key": kms.KEY,
        "AWS::Lambda::Function": functions.FUNCTION,
        "AWS::Lambda::LayerVersion": functions.LAYER_VERSION,
        "AWS::Lambda::Permission": functions.PERMISSION,
        "AWS::Logs::LogGroup": logs.LOG_GROUP,
        "AWS::S3::Bucket": s3.BUCKET,
        "AWS::S3::BucketPolicy": s3.BUCKET_POLICY,
        "AWS::SNS::Subscription": sns.SUBSCRIPTION,
        "AWS::SNS::Topic": sns.TOPIC,
        "AWS::SNS::TopicPolicy": sns.TOPIC_POLICY,
        "AWS::SQS::Queue": sqs.QUEUE,
        "AWS::SQS::QueuePolicy": sqs.QUEUE_POLICY,
        "AWS::SageMaker::ModelPackageGroup": sagemaker.MODEL_PACKAGE_GROUP,
        "AWS::SageMaker::Pipeline": sagemaker.PIPELINE,
    }
)

__all__ = ["RESOURCE_TYPES", "ResourceType"]
