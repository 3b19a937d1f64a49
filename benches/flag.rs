//! Flagging alone: words in, findings out, on one thread, told in bytes of text a second. Ordinary
//! prose of notices, the same longer and longer, and texts made to blow an engine up: what grows
//! with the square of a text shows as a rate that falls.
//!
//! ```sh
//! cargo bench --bench flag
//! ```

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use passerelle::domain::lot::{Lot, LotKey};
use passerelle::domain::notice::{FormType, Notice, NoticeText, TextRole};
use passerelle::domain::source::Source;
use passerelle::rules;

/// Prose of a notice as it comes: one sentence in ten speaks to us, some look as if.
const PROSE: &str = "Le présent accord-cadre a pour objet l'entretien des espaces verts de la commune. \
    Les prestations sont décrites au cahier des clauses techniques particulières et au bordereau des \
    prix unitaires. Le maître d'ouvrage se réserve le droit de ne pas donner suite à la consultation. \
    Les candidats remettent une attestation de régularité fiscale et sociale, un extrait K-bis et \
    les références des trois dernières années. La durée du marché est de douze mois, reconductible \
    trois fois. Les offres sont remises par voie électronique avant le 12 mars 2026 à 12 heures. \
    Le titulaire dispose d'un délai de quinze jours pour lever les réserves. Une visite du site est \
    obligatoire et se fait sur rendez-vous auprès du service technique. Les lots 1 et 2 comportent \
    une clause d'insertion sociale de 300 heures. Le paiement s'effectue par virement à trente \
    jours. Le tribunal administratif de Montpellier peut être saisi dans un délai de deux mois.\n\n";

/// Texts that repeat what is dear to read: triggers without an end, lots, brackets, denials.
const REPEATED: [(&str, &str); 7] = [
    ("reserved", "réservé aux "),
    ("clauses", "clause d'insertion "),
    ("lots", "lot 1, lot 2 et le lot 3 est "),
    ("brackets", "(lot 1 ("),
    ("denials", "n'est pas réservé sauf "),
    ("numbers", "1 429 heures "),
    ("one word", "réservéréservé"),
];

fn notice(text: &str) -> Notice {
    let mut notice = Notice::new(Source::Boamp, "26-1", FormType::Competition);
    for number in 1..=3 {
        let mut lot = Lot::new(LotKey::of(&number.to_string()));
        lot.number = Some(number.to_string());
        notice.lots.push(lot);
    }
    notice.texts.push(NoticeText {
        path: "text".to_owned(),
        role: TextRole::Description,
        language: None,
        text: text.to_owned(),
    });
    notice
}

fn repeated(text: &str, bytes: usize) -> String {
    text.repeat(bytes.div_ceil(text.len()))
}

fn measure(criterion: &mut Criterion, name: &str, text: &str, sizes: &[usize]) {
    let mut group = criterion.benchmark_group(format!("flag/{name}"));
    for size in sizes {
        let text = repeated(text, *size);
        let notice = notice(&text);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
            bencher.iter(|| black_box(rules::assess(black_box(&notice))));
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    measure(&mut criterion, "prose", PROSE, &[1_000, 10_000, 100_000]);
    for (name, text) in REPEATED {
        measure(&mut criterion, name, text, &[1_000, 10_000, 40_000]);
    }
    criterion.final_summary();
}
