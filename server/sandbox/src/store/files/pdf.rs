//! Writes pages of plain lines as PDF 1.4 (ISO 32000-1), uncompressed, in a font every reader has.
//! Reads none.

/// A document of these pages, each a list of lines in Latin letters.
pub(super) fn of_pages(pages: &[&[&str]]) -> Vec<u8> {
    const FIRST_PAGE: usize = 4;
    let numbers = (0..pages.len()).map(|place| format!("{} 0 R", FIRST_PAGE + 2 * place));
    let kids = numbers.collect::<Vec<_>>().join(" ");
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_owned(),
    ];
    for lines in pages {
        let text = shown(lines);
        let content = objects.len() + 2;
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R \
             /Resources << /Font << /F1 3 0 R >> >> >>"
        ));
        objects.push(format!(
            "<< /Length {} >>\nstream\n{text}\nendstream",
            text.len()
        ));
    }
    written(&objects)
}

/// What draws the lines, one below the other.
fn shown(lines: &[&str]) -> String {
    let escaped = |line: &&str| {
        let line = line.replace('\\', "\\\\");
        let line = line.replace('(', "\\(").replace(')', "\\)");
        format!("({line}) Tj T*")
    };
    let lines: Vec<_> = lines.iter().map(escaped).collect();
    format!("BT /F1 12 Tf 16 TL 72 770 Td {} ET", lines.join(" "))
}

/// The objects, and behind them the table of where each begins.
fn written(objects: &[String]) -> Vec<u8> {
    let mut file = "%PDF-1.4\n".to_owned();
    // The number zero heads the list of free ones, which is empty. Every entry has 20 bytes.
    let mut table = "0000000000 65535 f \n".to_owned();
    for (place, object) in (1..).zip(objects) {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{place} 0 obj\n{object}\nendobj\n"));
    }
    let (start, size) = (file.len(), objects.len() + 1);
    file.push_str(&format!(
        "xref\n0 {size}\n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    ));
    file.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_tells_where_each_object_begins() {
        let file = String::from_utf8(of_pages(&[&["a"], &["(b)"]])).unwrap();
        let (_, start) = file.rsplit_once("startxref\n").unwrap();
        let start: usize = start.lines().next().unwrap().parse().unwrap();
        let mut table = file[start..].lines().skip(3);
        for number in 1..=7 {
            let entry = table.next().unwrap();
            let offset: usize = entry[..10].parse().unwrap();
            assert!(file[offset..].starts_with(&format!("{number} 0 obj")));
        }
        assert!(file.contains("/Count 2") && file.contains("(\\(b\\)) Tj"));
    }
}
