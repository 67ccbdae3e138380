//! Writes a picture in shades of grey as PNG (RFC 2083), uncompressed.
//! Reads none.

/// A picture of `width` by `height` points, whose shades `shade` tells by column and row.
pub(super) fn of_grey(width: u32, height: u32, shade: impl Fn(u32, u32) -> u8) -> Vec<u8> {
    let mut lines = Vec::new();
    for y in 0..height {
        // Each line begins with the number of its filter: none.
        lines.push(0);
        lines.extend((0..width).map(|x| shade(x, y)));
    }
    let mut header = Vec::new();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    // Eight bits of grey, and the only compression, filter and order there are.
    header.extend([8, 0, 0, 0, 0]);
    let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
    picture.extend(chunk(b"IHDR", &header));
    picture.extend(chunk(b"IDAT", &stored(&lines)));
    picture.extend(chunk(b"IEND", &[]));
    picture
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let checked = [kind, data].concat();
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    let sum = crc32(&checked).to_be_bytes();
    [&length.to_be_bytes()[..], &checked, &sum].concat()
}

/// The data as a zlib stream (RFC 1950) of blocks that are stored as they are (RFC 1951 section 3.2.4).
fn stored(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let blocks = data.chunks(usize::from(u16::MAX));
    let last = blocks.len().saturating_sub(1);
    for (place, block) in blocks.enumerate() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stream.push(u8::from(place == last));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    stream.extend(adler32(data).to_be_bytes());
    stream
}

fn crc32(data: &[u8]) -> u32 {
    let step = |sum: u32, _| (sum >> 1) ^ (0xedb8_8320 * (sum & 1));
    let fold = |sum: u32, byte: &u8| (0..8).fold(sum ^ u32::from(*byte), step);
    !data.iter().fold(u32::MAX, fold)
}

fn adler32(data: &[u8]) -> u32 {
    const PRIME: u32 = 65_521;
    let (low, high) = data.iter().fold((1, 0), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % PRIME;
        (low, (high + low) % PRIME)
    });
    (high << 16) | low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b"IEND"), 0xae42_6082);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_picture_has_its_parts_in_order() {
        let picture = of_grey(2, 1, |x, _| if x == 0 { 0 } else { 255 });
        assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x01"));
        let data = b"IDAT\x78\x01\x01\x03\x00\xfc\xff\x00\x00\xff";
        assert!(picture.windows(data.len()).any(|part| part == data));
        assert!(picture.ends_with(b"IEND\xae\x42\x60\x82"));
    }
}
