//! Whether the vault has all that is in a file, so that the file can go.

use crate::exchange::recovery_codes::holder;
use crate::exchange::{Held, Preview, Standing};
use crate::ports::Machine;
use crate::tasks::{Export, Leftover, LeftoverKind, Session, preview_import, read_recovery_file};

/// Tells whether every account or every code of a file is in the vault, and nothing of it was left out.
pub fn is_in_vault(machine: &mut Machine, session: &Session, leftover: &Leftover) -> bool {
    match leftover.kind {
        LeftoverKind::Export { .. } | LeftoverKind::Addresses { .. } | LeftoverKind::Picture { .. } => {
            let export = Export::open(machine, &leftover.path, None);
            let read = export.ok().and_then(|export| export.read(None).ok());
            let previews = preview_import(session, read.into_iter().collect());
            !previews.is_empty() && previews.iter().all(is_held)
        }
        LeftoverKind::RecoveryCodes { .. } => {
            let reading = read_recovery_file(machine, &leftover.path);
            reading.is_ok_and(|reading| holder(session.vault(), &reading).is_some())
        }
        LeftoverKind::NamedCodes | LeftoverKind::NamedExport => false,
    }
}

fn is_held(preview: &Preview) -> bool {
    let is_here = |standing: &Standing| match standing {
        Standing::Same(Held::Account(_) | Held::Former(_) | Held::Export) => true,
        // The trash is emptied one day, and a counter that stands elsewhere is not ours.
        Standing::Same(Held::Trash(_)) | Standing::New | Standing::Behind(_) | Standing::Differs(_) => false,
    };
    preview.skipped.is_empty() && preview.rows.iter().all(|row| is_here(&row.standing))
}
