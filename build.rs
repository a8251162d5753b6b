//! Takes the two faces that the PDFs are set in out of a collection of fonts, so that only they are compiled in.

use std::{env, fs, io, path::Path};

/// File, and the font's PostScript name. (Libertinus Serif, SIL Open Font License 1.1: see `docs/fonts.md`.)
const FACES: [(&str, &str); 2] = [
    ("regular.otf", "LibertinusSerif-Regular"),
    ("bold.otf", "LibertinusSerif-Bold"),
];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    for (file, name) in FACES {
        let face = typst_assets::fonts().find(|font| is_named(font, name));
        let face = face.ok_or_else(|| io::Error::other(format!("{name} is not in the collection")))?;
        fs::write(Path::new(&folder).join(file), face)?;
    }
    Ok(())
}

/// In a CFF table the name stands alone in its index; the two bytes after it count the next index's one entry.
fn is_named(font: &[u8], name: &str) -> bool {
    let sought = [name.as_bytes(), &[0, 1]].concat();
    font.windows(sought.len()).any(|bytes| bytes == sought)
}
