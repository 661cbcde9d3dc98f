from __future__ import annotations

import pytest

from pipeline_definition import images
from pipeline_definition.errors import ImageError


@pytest.mark.parametrize(
    ("region", "address"),
    [
        ("us-east-1", "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.0-5"),
        ("eu-central-1", "492215442770.dkr.ecr.eu-central-1.amazonaws.com/sagemaker-xgboost:3.0-5"),
    ],
)
def test_the_xgboost_image_has_the_regions_account_and_no_python_suffix(region: str, address: str) -> None:
    assert images.xgboost(region) == address


def test_china_has_a_domain_of_its_own() -> None:
    assert ".dkr.ecr.cn-north-1.amazonaws.com.cn/" in images.xgboost("cn-north-1")


def test_the_monitors_image_has_no_tag() -> None:
    wanted = "468650794304.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-model-monitor-analyzer"
    assert images.model_monitor("eu-west-1") == wanted


def test_a_region_without_a_monitor_image_says_what_to_do() -> None:
    with pytest.raises(ImageError, match=r"in ap-south-2; set monitor\.analyzer to 'drift-engine'"):
        images.model_monitor("ap-south-2")


def test_an_unknown_region_names_the_known_ones() -> None:
    with pytest.raises(ImageError, match="not known in the region 'moon-1'; known are af-south-1, "):
        images.xgboost("moon-1")
