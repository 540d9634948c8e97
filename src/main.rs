//! The `careweave` command: see `cli`.

fn main() -> std::process::ExitCode {
    careweave::cli::main()
}
