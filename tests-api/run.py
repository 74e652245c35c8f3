"""Fuzzes the API of a running demo against its own OpenAPI document: no 5xx, no answer the document does not know.

usage: run.py DEMO_JSON    ends with `N passed, N failed`, counted in operations

The same seed gives the same requests. What schemathesis calls positive data acceptance is left out: a well-formed
request may still be refused (422) for reasons no schema can say.
"""

import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

EXAMPLES = os.environ.get("ENTREPOT_FUZZ_EXAMPLES", "25")
SEED = os.environ.get("ENTREPOT_FUZZ_SEED", "7")
CHECKS = ",".join(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
        "missing_required_header",
        "unsupported_method",
        "ignored_auth",
    ]
)


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        demo = json.load(file)
    tenant = next(one for one in demo["tenants"] if one["slug"] == "northwind")
    address = demo["url"].rstrip("/")
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "junit.xml")
        code = fuzz(address, tenant["api_key"], folder, report)
        passed, failed = counts(report)
    if code != 0 and failed == 0:
        failed = 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def fuzz(address: str, key: str, folder: str, report: str) -> int:
    program = os.path.join(os.path.dirname(sys.executable), "schemathesis")
    here = os.path.dirname(os.path.abspath(__file__))
    config = os.path.join(here, "schemathesis.toml")
    command = [program, "--config-file", config, "run", f"{address}/api/openapi.json", "--url", address]
    command += ["--header", f"Authorization: Bearer {key}", "--checks", CHECKS, "--seed", SEED]
    command += ["--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES, "--workers", "2"]
    command += ["--rate-limit", "auto", "--request-timeout", "20", "--max-redirects", "0", "--continue-on-failure"]
    command += ["--generation-database", "none", "--suppress-health-check", "all", "--warnings", "off"]
    command += ["--report", "junit", "--report-junit-path", report, "--no-color"]
    # its example database and caches stay out of the checkout
    environment = dict(os.environ, SCHEMATHESIS_HOOKS=os.path.join(here, "hooks.py"), PYTHONDONTWRITEBYTECODE="1")
    return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


def counts(report: str) -> tuple[int, int]:
    if not os.path.exists(report):
        return 0, 0
    cases = list(ElementTree.parse(report).iter("testcase"))
    failed = sum(1 for case in cases if case.find("failure") is not None or case.find("error") is not None)
    skipped = sum(1 for case in cases if case.find("skipped") is not None)
    return len(cases) - failed - skipped, failed


if __name__ == "__main__":
    sys.exit(main())
