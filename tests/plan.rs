//! `attrflow plan`: the sample data planned, applied and planned again, and everything
//! that can be wrong with configurations and populations.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

#[macro_use]
#[path = "support/said.rs"]
mod said;

#[path = "support/command.rs"]
mod command;

#[path = "support/scim_schema.rs"]
mod scim_schema;

#[path = "support/slapd.rs"]
mod slapd;

#[path = "plan/samples.rs"]
mod samples;

#[path = "plan/twice.rs"]
mod twice;

#[path = "plan/directory.rs"]
mod directory;

#[path = "plan/decisions.rs"]
mod decisions;

#[path = "plan/trouble.rs"]
mod trouble;

use command::{Run, attrflow};

/// A configuration with its populations, as `examples/data/README.md` plans it.
struct Sample {
    name: &'static str,
    config: &'static str,
    input: &'static str,
    target: &'static str,
}

const HR: Sample = Sample {
    name: "hr-to-ad",
    config: "examples/data/hr-to-ad.json",
    input: "examples/data/workers.csv",
    target: "examples/data/directory.jsonl",
};

const SCIM: Sample = Sample {
    name: "ad-to-scim",
    config: "examples/data/ad-to-scim.json",
    input: "examples/data/ad-users.jsonl",
    target: "examples/data/scim-users.json",
};

const FIXED: [&str; 4] = ["--now", "2026-11-21T00:00:00Z", "--param", "DefaultDomain=contoso.com"];

impl Sample {
    /// Plans it with more options.
    fn plan(&self, more: &[&str]) -> Run {
        self.plan_against(self.target, more)
    }

    /// Plans it against another target.
    fn plan_against(&self, target: &str, more: &[&str]) -> Run {
        plan(self.config, self.input, target, more, b"")
    }
}

fn plan(config: &str, input: &str, target: &str, more: &[&str], standard: &[u8]) -> Run {
    let mut args = vec!["plan", config, "--input", input, "--target", target];
    args.extend(FIXED);
    args.extend(more);
    attrflow(&args, standard)
}
