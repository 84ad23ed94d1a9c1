//! `completions` and `man`: made from the same declaration as the command line itself.

use std::path::Path;

use clap_complete::Shell;
use clap_mangen::Man;

use super::Context;
use super::args::{self, Declaration};
use super::output::{Exit, Failure};

pub(super) fn completions(context: &mut Context<'_>, shell: Shell) -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut args::command(), "countersign", &mut text);
    context.output.raw(&text)
}

pub(super) fn manual(context: &mut Context<'_>, folder: Option<&Path>) -> Result<(), Failure> {
    let mut command = args::command();
    command.build();
    let Some(folder) = folder else {
        return context.output.raw(&page(&command)?);
    };
    let mut names = Vec::new();
    write_all(context, &command, "countersign", folder, &mut names)?;
    for name in &names {
        context.output.line(name)?;
    }
    Ok(())
}

/// Writes the page of a command and those of its subcommands.
fn write_all(
    context: &mut Context<'_>,
    command: &Declaration,
    name: &str,
    folder: &Path,
    names: &mut Vec<String>,
) -> Result<(), Failure> {
    let file = format!("{name}.1");
    context.machine.documents.write_new(&folder.join(&file), &page(command)?)?;
    names.push(file);
    for part in command.get_subcommands().filter(|part| !part.is_hide_set()) {
        write_all(context, part, &format!("{name}-{}", part.get_name()), folder, names)?;
    }
    Ok(())
}

fn page(command: &Declaration) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    Man::new(command.clone())
        .render(&mut text)
        .map_err(|_| Failure::new(Exit::Failed, "the manual page could not be made", "try again"))?;
    Ok(text)
}
