//! The age plugins that this device uses by its own account: a vault's file must not choose which program is started.

use std::collections::BTreeSet;
use std::sync::Arc;

use secrecy::SecretString;

use super::ways::{self, EasyWay};
use crate::ports::{KeyTalk, Machine, PluginStop};
use crate::sealing::{self, Talk};

/// Passes everything on, but starts no other programs than these.
struct KnownPlugins {
    talk: Talk,
    programs: BTreeSet<String>,
}

/// Returns whom to ask where the file says which plugin is wanted: only those are started that this device opens the vault
/// with.
pub(super) fn only_known_plugins(machine: &Machine) -> Talk {
    let program = |way| match way {
        EasyWay::Plugin { identity, .. } => sealing::plugin_program(&identity),
        EasyWay::Keyring { .. } | EasyWay::File { .. } => None,
    };
    let programs = ways::known(machine).into_iter().filter_map(program).collect();
    Arc::new(KnownPlugins { talk: Arc::clone(&machine.key_talk), programs })
}

impl KeyTalk for KnownPlugins {
    fn may_start(&self, program: &str) -> Result<(), PluginStop> {
        if self.programs.contains(program) { self.talk.may_start(program) } else { Err(PluginStop::Unknown) }
    }

    fn say(&self, text: &str) {
        self.talk.say(text);
    }

    fn confirm(&self, question: &str, yes: &str, no: Option<&str>) -> Option<bool> {
        self.talk.confirm(question, yes, no)
    }

    fn ask(&self, question: &str) -> Option<String> {
        self.talk.ask(question)
    }

    fn ask_secret(&self, question: &str) -> Option<SecretString> {
        self.talk.ask_secret(question)
    }

    fn while_awaited(&self, work: Box<dyn FnOnce() + Send>) {
        self.talk.while_awaited(work);
    }
}
