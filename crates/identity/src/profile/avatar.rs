//! Pictures of people: decoded within bounds, made small, written anew, so that nothing of the sent file survives but
//! what can be seen.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageReader, Limits, Rgb, RgbImage};
use kernel::{Problem, ProblemKind};
use platform::ports::Scanned;
use platform::{Ctx, Result};
use scoped_futures::ScopedFutureExt;
use tokio::sync::Semaphore;

use super::avatar_store::Pictured;
use crate::users::{self, User};
use crate::versions;

/// The longer side of a stored picture.
const SIDE: u32 = 512;
/// The longer side of a picture that is read at all.
const MOST_SIDE: u32 = 10_000;
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
/// One at a time: a picture of a few kilobytes may need all of that while it is read.
static READING: Semaphore = Semaphore::const_new(1);

fn refused() -> Problem {
    Problem::refused("invalid_fields").field("/avatar", "picture_unreadable")
}

/// The picture as it is kept: at most 512 pixels a side, JPEG, on white.
///
/// # Errors
/// When it is no PNG, JPEG or WebP, or is larger than is read.
pub(crate) fn shrink(content: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut reader = ImageReader::new(Cursor::new(content))
        .with_guessed_format()
        .map_err(|_| refused())?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let image = reader.decode().map_err(|_| refused())?;
    let small = if image.width().max(image.height()) > SIDE {
        image.thumbnail(SIDE, SIDE)
    } else {
        image
    };
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 85)
        .encode_image(&on_white(&small))
        .map_err(|_| refused())?;
    Ok(jpeg)
}

/// JPEG knows no transparency.
fn on_white(image: &DynamicImage) -> RgbImage {
    let rgba = image.to_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, a] = rgba.get_pixel(x, y).0;
        let mix = |channel: u8| {
            let value = u32::from(channel) * u32::from(a) + 255 * (255 - u32::from(a));
            u8::try_from(value / 255).unwrap_or(u8::MAX)
        };
        Rgb([mix(r), mix(g), mix(b)])
    })
}

/// A new picture of the person signed in.
pub(crate) async fn set(ctx: &Ctx, content: Scanned) -> Result<User> {
    let id = ctx
        .actor()
        .who
        .user()
        .ok_or_else(|| Problem::new(ProblemKind::Unauthenticated, "sign_in_needed"))?;
    let place = READING.acquire().await.map_err(platform::Error::internal)?;
    let shrunk = tokio::task::spawn_blocking(move || {
        let shrunk = shrink(&content);
        drop(place);
        shrunk
    })
    .await
    .map_err(platform::Error::internal)?;
    let jpeg = &shrunk?;
    ctx.write(|tx| {
        async move {
            let user = users::store::by_id(tx, id).await?;
            let change = user.picture();
            let change = kernel::Change {
                after: Pictured {
                    user: change.after,
                    jpeg: jpeg.clone(),
                },
                fact: change.fact,
                before: change.before,
            };
            let user = tx.save(change).await?.user;
            versions::raise(tx).await?;
            Ok(user)
        }
        .scope_boxed()
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let image = DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(width, height, image::Rgba([255, 0, 0, 0])));
        image
            .write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png)
            .unwrap();
        bytes
    }

    #[test]
    fn a_picture_is_made_small_and_keeps_its_shape() {
        let jpeg = shrink(&png(1_024, 512)).unwrap();
        let read = image::load_from_memory(&jpeg).unwrap();
        assert_eq!((read.width(), read.height()), (512, 256));
        assert!(
            read.to_rgb8().get_pixel(0, 0).0.iter().all(|channel| *channel > 250),
            "transparent is white"
        );
        assert_eq!(image::guess_format(&jpeg).unwrap(), image::ImageFormat::Jpeg);
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for bytes in [&b""[..], b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\nrest", b"GIF89a"] {
            assert_eq!(shrink(bytes).unwrap_err().fields[0].code, "picture_unreadable");
        }
    }

    #[test]
    fn a_picture_that_claims_to_be_huge_is_not_decoded() {
        let mut bomb = png(1, 1);
        // Width and height stand in the header, bytes 16 to 23.
        bomb[16..24].copy_from_slice(&[0, 0, 0x9c, 0x40, 0, 0, 0x9c, 0x40]);
        assert!(shrink(&bomb).is_err());
    }
}
