//! The few words that matter, in the languages that sites speak. Everything else about a text is its shape.

/// Beginnings of words that say a code was used; what follows is an ending.
const USED: [&str; 38] = [
    "used",
    "utilis",
    "usad",
    "usat",
    "utiliz",
    "verwendet",
    "benutzt",
    "verbraucht",
    "gebraucht",
    "gebruikt",
    "använd",
    "anvend",
    "brugt",
    "brukt",
    "käytet",
    "użyt",
    "wykorzystan",
    "použit",
    "использ",
    "использован",
    "використ",
    "χρησιμοποι",
    "kullanıl",
    "digunakan",
    "使用済",
    "已使用",
    "使用過",
    "사용됨",
    "redeemed",
    "consumed",
    "spent",
    "eingelöst",
    "használt",
    "felhasznál",
    "χρησιμοποιημέν",
    "נוצל",
    "בשימוש",
    "مستخدم",
];
/// Beginnings of words that say it was not.
const UNUSED: [&str; 12] = [
    "activ",
    "unused",
    "inutilis",
    "inutiliz",
    "unbenutzt",
    "unverwendet",
    "ongebruikt",
    "available",
    "verfügbar",
    "disponible",
    "gültig",
    "未使用",
];
/// Words that turn the one beside them around, or say it alone.
const NEGATIONS: [&str; 16] = [
    "not", "nicht", "non", "pas", "sin", "no", "nein", "não", "nie", "false", "open", "valid", "не", "null", "none",
    "never",
];
/// The longest ending of such a word.
const LONGEST_ENDING: usize = 5;
/// Words in a column of its own that say it was used.
const YES: [&str; 12] = ["yes", "ja", "oui", "sí", "si", "sim", "tak", "да", "はい", "true", "x", "done"];
/// Words that may stand before a code without a colon.
const LABELS: [&str; 16] = [
    "code",
    "codes",
    "backup",
    "recovery",
    "key",
    "scratch",
    "emergency",
    "reserve",
    "no",
    "nr",
    "token",
    "your",
    "is",
    "the",
    "schlüssel",
    "clé",
];
const EXPIRING: [&str; 14] = [
    "expire",
    "expiry",
    "expiration",
    "valid until",
    "valid till",
    "gültig bis",
    "ablauf",
    "läuft ab",
    "caduc",
    "vence",
    "valable jusqu",
    "scad",
    "истека",
    "有効期限",
];
const ORDERED: [&str; 8] =
    ["in order", "in this order", "in sequence", "der reihe nach", "reihenfolge", "dans l'ordre", "en orden", "順番"];
const REPLACED: [&str; 7] = [
    "will be replaced",
    "is replaced",
    "new recovery code will",
    "new one will be",
    "new code will be",
    "a new code is",
    "wird ersetzt",
];
/// What makes a single key a recovery key and not a set-up key.
const RECOVERING: [&str; 18] = [
    "recover",
    "backup",
    "back-up",
    "scratch",
    "emergency",
    "rescue",
    "reserve",
    "wiederherstell",
    "notfall",
    "ersatz",
    "récup",
    "secours",
    "recupera",
    "respaldo",
    "herstel",
    "восстанов",
    "резерв",
    "復旧",
];
const CODES: [&str; 9] = ["code", "kod", "cód", "codice", "codici", "schlüssel", "код", "コード", "密钥"];
const SETTING_UP: [&str; 6] =
    ["secret key", "setup key", "set-up key", "authenticator key", "enter this key", "einrichtungsschlüssel"];

/// Tells whether a note beside a code says that it was used; nothing if it says neither.
pub(super) fn mark(note: &str) -> Option<bool> {
    let lower = note.to_lowercase();
    let mut words = lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let begins = |word: &str, stems: &[&str]| {
        let ending = |stem: &&str| {
            word.strip_prefix(*stem).is_some_and(|ending| {
                ending.chars().count() <= LONGEST_ENDING && ending.chars().all(char::is_alphabetic)
            })
        };
        stems.iter().any(ending)
    };
    if words.clone().any(|word| NEGATIONS.contains(&word) || begins(word, &UNUSED)) {
        return Some(false);
    }
    words.any(|word| begins(word, &USED)).then_some(true)
}

/// Tells the same of the only word in a column.
pub(super) fn answer(word: &str) -> Option<bool> {
    let lower = word.to_lowercase();
    if YES.contains(&lower.as_str()) { Some(true) } else { mark(word) }
}

/// Tells whether a word may stand before a code.
pub(super) fn is_label(word: &str) -> bool {
    LABELS.contains(&word.to_lowercase().as_str())
}

/// Tells whether a line speaks of the end of the codes.
pub(super) fn is_about_expiry(lower: &str) -> bool {
    EXPIRING.iter().any(|word| lower.contains(word))
}

/// Tells whether a text says that the site asks for its codes in their order.
pub(super) fn is_about_order(lower: &str) -> bool {
    ORDERED.iter().any(|word| lower.contains(word))
}

/// Tells whether a text says that a used code is replaced.
pub(super) fn is_about_replacing(lower: &str) -> bool {
    REPLACED.iter().any(|word| lower.contains(word))
}

/// Tells whether a text speaks of recovery codes or keys.
pub(super) fn is_about_recovery(lower: &str) -> bool {
    RECOVERING.iter().any(|word| lower.contains(word))
}

/// Tells whether a line says what recovery codes are called, not only that something is a backup.
pub(super) fn is_about_codes(lower: &str) -> bool {
    is_about_recovery(lower) && CODES.iter().any(|word| lower.contains(word))
}

/// Tells whether a text speaks of setting an authenticator up.
pub(super) fn is_about_setting_up(lower: &str) -> bool {
    SETTING_UP.iter().any(|word| lower.contains(word))
}
