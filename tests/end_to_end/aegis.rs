//! Our encrypted Aegis export, opened by other people's cryptography: Python's `hashlib.scrypt` and `cryptography`.

use std::process::Command;

use serde_json::{Value, json};

use crate::home::Home;

/// Opens an Aegis vault as its documentation says, knowing nothing of ours.
const OPEN: &str = r#"
import base64, hashlib, json, sys
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

vault = json.load(open(sys.argv[1]))
slot = vault["header"]["slots"][0]
assert slot["type"] == 1
key = hashlib.scrypt(
    sys.argv[2].encode(), salt=bytes.fromhex(slot["salt"]), n=slot["n"], r=slot["r"], p=slot["p"],
    dklen=32, maxmem=128 * 1024 * 1024)
sealed = lambda params, text: (bytes.fromhex(params["nonce"]), text + bytes.fromhex(params["tag"]), None)
master = AESGCM(key).decrypt(*sealed(slot["key_params"], bytes.fromhex(slot["key"])))
print(AESGCM(master).decrypt(*sealed(vault["header"]["params"], base64.b64decode(vault["db"]))).decode())
"#;

const URIS: [&str; 6] = [
    "otpauth://totp/GitHub:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=GitHub",
    "otpauth://totp/Bank%20%C3%A4:bob?secret=JBSWY3DPEHPK3PXP&issuer=Bank%20%C3%A4&algorithm=SHA512&digits=8&period=60",
    "otpauth://hotp/VPN:carol?secret=MFRGGZDFMZTWQ2LK&issuer=VPN&algorithm=SHA256&digits=7&counter=41",
    "otpauth://steam/Steam:dave?secret=JBSWY3DPEHPK3PXP&issuer=Steam",
    "motp://Office:erin?secret=e3152afee62599c8&pin=GEZDGNA",
    "otpauth://yaotp/Yandex:frank?secret=LA2V6KMCGYMWWVEW64RNP3JA3I&pin=G42TQNQ",
];

#[test]
fn an_encrypted_aegis_export_is_opened_by_an_independent_script() {
    if !Command::new("python3").args(["-c", "import cryptography"]).output().is_ok_and(|ran| ran.status.success()) {
        println!("skipped: python3 with cryptography is not installed");
        return;
    }
    let home = Home::with_vault();
    home.run_with(&["add", "-", "--confirmed"], &URIS.join("\n")).ends(0);
    home.run(&["edit", "github", "--note", "two\nlines", "--add-tag", "work", "--pin"]).ends(0);
    std::fs::write(home.path("password"), "pässword of the export\n").unwrap();
    let (file, password) = (home.path("aegis.json"), home.path("password"));
    let (to, password) = (file.to_str().unwrap(), password.to_str().unwrap());
    home.run(&["export", "--to", "aegis", to, "--password-file", password]).ends(0);

    let opened = Command::new("python3").args(["-c", OPEN]).arg(&file).arg("pässword of the export").output().unwrap();
    assert!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stderr));
    let content: Value = serde_json::from_slice(&opened.stdout).unwrap();

    assert_eq!(content["version"], 3);
    let group = content["groups"][0]["uuid"].clone();
    assert_eq!(content["groups"], json!([{"uuid": group, "name": "work"}]));
    let expected = [
        (
            "GitHub",
            "alice",
            "totp",
            json!({"secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "algo": "SHA1", "digits": 6, "period": 30}),
        ),
        ("Bank ä", "bob", "totp", json!({"secret": "JBSWY3DPEHPK3PXP", "algo": "SHA512", "digits": 8, "period": 60})),
        ("VPN", "carol", "hotp", json!({"secret": "MFRGGZDFMZTWQ2LK", "algo": "SHA256", "digits": 7, "counter": 41})),
        ("Steam", "dave", "steam", json!({"secret": "JBSWY3DPEHPK3PXP", "algo": "SHA1", "digits": 5, "period": 30})),
        (
            "Office",
            "erin",
            "motp",
            json!({"secret": "4MKSV7XGEWM4Q", "algo": "MD5", "digits": 6, "period": 10, "pin": "1234"}),
        ),
        (
            "Yandex",
            "frank",
            "yandex",
            json!({"secret": "LA2V6KMCGYMWWVEW64RNP3JA3I", "algo": "SHA256", "digits": 8, "period": 30, "pin": "7586"}),
        ),
    ];
    let entries = content["entries"].as_array().unwrap();
    assert_eq!(entries.len(), expected.len());
    for (issuer, name, kind, info) in expected {
        let entry = entries.iter().find(|entry| entry["name"] == name).unwrap();
        let is_alice = name == "alice";
        let expected = json!({
            "type": kind, "uuid": entry["uuid"], "name": name, "issuer": issuer,
            "note": if is_alice { "two\nlines" } else { "" }, "favorite": is_alice, "icon": null, "info": info,
            "groups": if is_alice { json!([group]) } else { json!([]) },
        });
        assert_eq!(*entry, expected, "{name}");
    }
}
