//! Findings and the report that counts them.

use std::process::ExitCode;

/// One thing to mend: where it is and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) place: String,
    pub(crate) advice: String,
}

impl Finding {
    pub(crate) fn new(place: impl Into<String>, advice: impl Into<String>) -> Self {
        Finding {
            place: place.into(),
            advice: advice.into(),
        }
    }
}

/// What the checks of one run found.
#[derive(Default)]
pub(crate) struct Report {
    passed: usize,
    failed: usize,
}

impl Report {
    /// Counts one check and prints its findings.
    pub(crate) fn add(&mut self, check: &str, findings: Vec<Finding>) {
        if findings.is_empty() {
            self.passed += 1;
            println!("ok      {check}");
            return;
        }
        self.failed += 1;
        println!("FAILED  {check}");
        for finding in findings {
            println!("        {}: {}", finding.place, finding.advice);
        }
    }

    /// Prints what is worth a look but fails nothing.
    pub(crate) fn note(&mut self, findings: Vec<Finding>) {
        for finding in findings {
            println!("note    {}: {}", finding.place, finding.advice);
        }
    }

    /// Prints the counts; the exit code says whether anything failed.
    pub(crate) fn finish(self) -> ExitCode {
        println!("{} passed, {} failed", self.passed, self.failed);
        if self.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
