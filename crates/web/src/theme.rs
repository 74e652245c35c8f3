//! A tenant's brand: two numbers, hue and chroma (and the hue of its greys).
//!
//! Lightness is ours, so contrast holds for every hue; the tests below sweep all 360 of them over the tokens of
//! `ui.css`. The numbers are part of the address (`/theme/<slug>-<hue>.<chroma>.<neutral>.css`): the sheet can be kept
//! for ever, needs no look-up, and a changed brand is another address.

/// The three numbers of a brand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Theme {
    hue: u16,
    chroma: u16,
    neutral: u16,
}

impl Default for Theme {
    /// The brand of the product itself.
    fn default() -> Self {
        Self {
            hue: 268,
            chroma: 170,
            neutral: 265,
        }
    }
}

impl Theme {
    /// The strongest colour, in thousandths: beyond it the swept contrasts no longer hold.
    pub const MAX_CHROMA: u16 = 170;

    /// From a hue and a neutral hue in degrees and a chroma in thousandths. Degrees wrap, chroma is capped.
    #[must_use]
    pub const fn new(hue: u16, chroma: u16, neutral: u16) -> Self {
        let chroma = if chroma > Self::MAX_CHROMA {
            Self::MAX_CHROMA
        } else {
            chroma
        };
        Self {
            hue: hue % 360,
            chroma,
            neutral: neutral % 360,
        }
    }

    /// The hue in degrees.
    #[must_use]
    pub const fn hue(self) -> u16 {
        self.hue
    }

    /// The address of the sheet of a tenant.
    #[must_use]
    pub fn url(self, slug: &str) -> String {
        format!("/theme/{slug}-{}.{}.{}.css", self.hue, self.chroma, self.neutral)
    }

    /// Reads the last part of such an address back. Only the spelling that [`Theme::url`] writes is an address.
    #[must_use]
    pub fn from_file(file: &str) -> Option<Self> {
        let (slug, numbers) = file.strip_suffix(".css")?.rsplit_once('-')?;
        let mut parts = numbers.split('.').map(|part| part.parse::<u16>().ok());
        let theme = Self::new(parts.next()??, parts.next()??, parts.next()??);
        (theme.url(slug).strip_prefix("/theme/") == Some(file)).then_some(theme)
    }

    /// The sheet: three custom properties.
    #[must_use]
    pub fn css(self) -> String {
        format!(
            ":root {{ --h: {}; --c: .{:03}; --n: {}; }}\n",
            self.hue, self.chroma, self.neutral
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_is_read_back_from_its_address() {
        let theme = Theme::new(38, 135, 60);
        assert_eq!(theme.url("saffron"), "/theme/saffron-38.135.60.css");
        assert_eq!(Theme::from_file("saffron-38.135.60.css"), Some(theme));
        assert_eq!(Theme::from_file("north-wind-38.135.60.css"), Some(theme));
        assert_eq!(theme.css(), ":root { --h: 38; --c: .135; --n: 60; }\n");
        assert_eq!(
            Theme::new(175, 70, 200).css(),
            ":root { --h: 175; --c: .070; --n: 200; }\n"
        );
    }

    #[test]
    fn an_address_has_one_spelling_and_no_free_colour() {
        for file in [
            "x-38.135.css",
            "x-038.135.60.css",
            "x-38.900.60.css",
            "x-398.135.60.css",
            "38.135.60.css",
            "x-38.135.60.1.css",
        ] {
            assert_eq!(Theme::from_file(file), None, "{file}");
        }
        assert_eq!(Theme::new(400, 999, 60), Theme::new(40, 170, 60));
    }
}

/// Contrast of the tokens over every hue, light and dark: what keeps a tenant from choosing an unreadable brand.
#[cfg(test)]
mod contrast {
    use std::collections::BTreeMap;

    const TEXT: f64 = 4.5;
    const EDGE: f64 = 3.0;

    /// A token's colour in the light and in the dark scheme, as written.
    type Tokens = BTreeMap<String, [String; 2]>;

    #[test]
    fn every_hue_keeps_its_contrast_in_light_and_dark() {
        let tokens = tokens(include_str!("../assets/ui.css"));
        let mut low = Vec::new();
        let mut tightest = f64::MAX;
        for (chroma, neutral) in [(0.17, 265.0), (0.135, 60.0), (0.1, 200.0), (0.05, 20.0)] {
            for (front, back, target) in pairs() {
                let tinted = [front, back]
                    .iter()
                    .any(|token| token.contains("brand") || token.contains("chart"));
                for hue in 0..if tinted { 360 } else { 1 } {
                    for dark in [0, 1] {
                        let colour = |token: &str| read(&tokens[token][dark], f64::from(hue), chroma, neutral);
                        let ratio = ratio(colour(front), colour(back));
                        tightest = tightest.min(ratio / target);
                        if ratio < target {
                            low.push(format!(
                                "{front} on {back}, scheme {dark}, hue {hue}, chroma {chroma}: {ratio:.2} < {target}"
                            ));
                        }
                    }
                }
            }
        }
        assert_eq!(low, Vec::<String>::new());
        assert!(
            tightest < 1.2,
            "the sweep no longer measures what it should: {tightest}"
        );
    }

    fn pairs() -> Vec<(&'static str, &'static str, f64)> {
        let mut pairs = Vec::new();
        for front in ["text", "text-2", "text-3"] {
            pairs.extend(["canvas", "surface", "sunken", "hover"].map(|back| (front, back, TEXT)));
        }
        pairs.extend([
            ("text-2", "press", TEXT),
            ("text-3", "press", TEXT),
            ("text", "brand-soft", TEXT),
            ("text-3", "brand-soft", TEXT),
        ]);
        pairs.extend([("on-brand", "brand", TEXT), ("on-brand", "brand-hover", TEXT)]);
        pairs.extend(["surface", "canvas", "brand-soft"].map(|back| ("brand-text", back, TEXT)));
        for (state, soft) in [
            ("ok", "ok-soft"),
            ("warn", "warn-soft"),
            ("bad", "bad-soft"),
            ("info", "info-soft"),
        ] {
            pairs.extend([(state, soft, TEXT), (state, "surface", TEXT), ("text", soft, TEXT)]);
        }
        pairs.extend(["edge", "ok-fill", "bad-fill", "chart-1"].map(|front| (front, "surface", EDGE)));
        pairs
    }

    /// `--name: light-dark(oklch(…), oklch(…));` or `--name: oklch(…);`
    fn tokens(css: &str) -> Tokens {
        let mut tokens = Tokens::new();
        for declaration in without_comments(css).split([';', '{']) {
            let Some((name, value)) = declaration
                .trim()
                .strip_prefix("--")
                .and_then(|rest| rest.split_once(':'))
            else {
                continue;
            };
            let colours: Vec<String> = value.split("oklch(").skip(1).map(until_closed).collect();
            if let [first, .., last] | [first @ last] = colours.as_slice() {
                tokens
                    .entry(name.to_owned())
                    .or_insert_with(|| [first.clone(), last.clone()]);
            }
        }
        tokens
    }

    fn without_comments(css: &str) -> String {
        css.split("/*")
            .map(|piece| piece.split_once("*/").map_or(piece, |(_, rest)| rest))
            .collect()
    }

    /// The text up to the bracket that closes the one before it.
    fn until_closed(text: &str) -> String {
        let mut depth = 1;
        let inside = |letter: &char| {
            depth += match letter {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            depth > 0
        };
        text.chars().take_while(inside).collect()
    }

    /// Lightness, chroma and hue of a written colour.
    fn read(written: &str, hue: f64, chroma: f64, neutral: f64) -> [f64; 3] {
        let plain = written.split('/').next().unwrap().replace("var(--h)", &hue.to_string());
        let plain = plain
            .replace("var(--n)", &neutral.to_string())
            .replace("calc(var(--c) * ", "*")
            .replace("var(--c)", "*1")
            .replace(')', "");
        let numbers: Vec<f64> = plain.split_whitespace().map(|word| number(word, chroma)).collect();
        [numbers[0] / 100.0, numbers[1], numbers[2]]
    }

    /// A plain number, a percentage, or `*factor` of the brand's chroma.
    fn number(word: &str, chroma: f64) -> f64 {
        match word.strip_prefix('*') {
            Some(factor) => factor.parse::<f64>().unwrap() * chroma,
            None => word.trim_end_matches('%').parse().unwrap(),
        }
    }

    /// Linear sRGB of an OKLCH colour, not yet within its gamut.
    fn linear([lightness, chroma, hue]: [f64; 3]) -> [f64; 3] {
        let (a, b) = (chroma * hue.to_radians().cos(), chroma * hue.to_radians().sin());
        let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
        [
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
        ]
    }

    /// Relative luminance under both gamut rules that browsers use: plain clipping, and giving up chroma.
    fn luminances([lightness, chroma, hue]: [f64; 3]) -> [f64; 2] {
        let inside = |chroma: f64| {
            linear([lightness, chroma, hue])
                .iter()
                .all(|part| (-1e-4..=1.0001).contains(part))
        };
        let (mut low, mut high) = (0.0, chroma);
        if inside(chroma) {
            low = chroma;
        } else {
            for _ in 0..24 {
                let middle = f64::midpoint(low, high);
                if inside(middle) { low = middle } else { high = middle }
            }
        }
        [chroma, low].map(|chroma| {
            let [r, g, b] = linear([lightness, chroma, hue]).map(|part| part.clamp(0.0, 1.0));
            0.2126 * r + 0.7152 * g + 0.0722 * b
        })
    }

    /// The worse contrast of the two gamut rules.
    fn ratio(front: [f64; 3], back: [f64; 3]) -> f64 {
        let (fronts, backs) = (luminances(front), luminances(back));
        let pairs = fronts
            .iter()
            .flat_map(|x| backs.iter().map(move |y| (x.max(*y) + 0.05) / (x.min(*y) + 0.05)));
        pairs.fold(f64::MAX, f64::min)
    }
}
