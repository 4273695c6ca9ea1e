//! The command line; everything is in [`attrflow::cli`].

fn main() -> std::process::ExitCode {
    attrflow::cli::main()
}
