//! Names that are written in many ways and are one name: `Mohamed` and `Muhammad`, `Jeong` and `Jong`.

use std::{collections::HashMap, sync::OnceLock};

/// One name of the Arabic and Persian world: a spelling for it, others in use, and how it is written in Arabic letters.
type Family = (&'static str, &'static str, &'static str);

const NAMES: &[Family] = &[
    (
        "muhammad",
        "mohamed mohammed mohammad mohamad muhammed muhamed mohamud mohd mehmet mahomed mohamet magomed mukhammad mouhamed mohammod muhamad",
        "محمد",
    ),
    ("ahmad", "ahmed achmed ahmet akhmed akhmad ahmadi", "احمد أحمد"),
    ("mahmud", "mahmoud mahmood mehmood mahmut makhmud mehmud", "محمود"),
    ("hamid", "hameed hamed hamide", "حامد حميد"),
    ("hasan", "hassan hasaan hassen khasan", "حسن"),
    ("husayn", "hussein husain hussain hossein hosein husein hoseyn huseyin hossain hocine houssein khusein", "حسين حسین"),
    ("ali", "aly alee", "علي علی"),
    ("umar", "omar oumar ummar omer", "عمر"),
    ("uthman", "othman osman usman ousmane ottoman outhman", "عثمان"),
    ("khalid", "khaled halid khalede", "خالد"),
    ("ibrahim", "ebrahim ibraheem brahim abraham ibragim", "ابراهيم إبراهيم ابراهیم"),
    ("ismail", "ismael esmail esmaeil ismaeel ismayil esmaeel", "اسماعيل إسماعيل اسماعیل"),
    ("yusuf", "youssef yousef yusef yousuf youcef yosef yousif usuf youssouf", "يوسف یوسف"),
    ("sulayman", "suleiman sulaiman soleiman suleyman solayman slimane soulaiman suliman", "سليمان سلیمان"),
    ("abdallah", "abdullah abdulla abdalla abdellah abdoulaye abdolah abdollah", "عبدالله"),
    ("mustafa", "mostafa moustapha mustapha mustaf moustafa", "مصطفى مصطفی"),
    ("jafar", "jaafar djaafar jaffar cafer ja'far", "جعفر"),
    ("jamal", "djamal gamal jamaal djamel jamel", "جمال"),
    ("jalal", "djalal galal jalaal djellal", "جلال"),
    ("rashid", "rachid rasheed rashed rashide", "رشيد راشد رشید"),
    ("sharif", "cherif shareef sherif charif", "شريف شریف"),
    ("tariq", "tarek tareq tarik tarig", "طارق"),
    ("nasir", "nasser naser nassir naseer", "ناصر نصير"),
    ("nasr", "nassr nasar", "نصر"),
    ("yasir", "yasser yaser yassir", "ياسر یاسر"),
    ("yasin", "yassin yaseen yassine yasine", "ياسين یاسین"),
    ("qasim", "kassem qassem kasim qasem qassim kacem gasim ghasem ghassem casim", "قاسم"),
    ("karim", "kareem kerim", "كريم کریم"),
    ("rahman", "rehman rahmaan rakhman rahmane", "الرحمن رحمن رحمان"),
    ("rahim", "raheem rahime", "رحيم رحیم"),
    ("aziz", "azeez azize", "عزيز عزیز"),
    ("salim", "saleem salem selim", "سالم سليم سلیم"),
    ("salih", "saleh salah salikh", "صالح"),
    ("said", "saeed saed saeid", "سعيد سعید"),
    ("sayyid", "sayed syed seyed seyyed saiyid sayid", "سيد سید السيد"),
    ("faysal", "faisal faycal faical feisal fayssal faisel", "فيصل"),
    ("yahya", "yahia yehia jahja yahiya iakh'ia", "يحيى یحیی يحيي"),
    ("isa", "issa eisa eissa essa aissa", "عيسى عیسی"),
    ("musa", "moussa mousa moosa mussa", "موسى موسی"),
    ("dawud", "daoud dawood daud davoud davood", "داود داوود"),
    ("idris", "idriss edris idrees", "ادريس إدريس"),
    ("ayman", "aiman aymane eiman", "ايمن أيمن"),
    ("bashar", "bachar bashaar", "بشار"),
    ("bashir", "bachir basheer", "بشير بشیر"),
    ("hashim", "hachem hashem hashimi hachim", "هاشم"),
    ("latif", "lateef latife", "لطيف لطیف"),
    ("majid", "majeed madjid", "ماجد مجيد مجید"),
    ("malik", "malek malick", "مالك ملك"),
    ("habib", "habeeb", "حبيب حبیب"),
    ("walid", "waleed oualid", "وليد ولید"),
    ("rida", "reza ridha riza redha", "رضا"),
    ("mahdi", "mehdi mahdy", "مهدي مهدی"),
    ("muhsin", "mohsen mohsin muhsen mohcine", "محسن"),
    ("murtada", "morteza murtaza mortaza mourtada", "مرتضى مرتضی"),
    ("zakariya", "zakaria zakarya zakariyya zakariah", "زكريا زکریا"),
    ("zayn", "zain zein zayne zine", "زين زین"),
    ("qadir", "kader qader kadir ghader qadeer kadeer", "قادر القادر"),
    ("ubayd", "obeid ubaid obaid ebeid", "عبيد عبید"),
    ("ubayda", "obeida ubaida ubaydah obaida", "عبيدة"),
    ("ghulam", "gholam golam", "غلام"),
    ("muammar", "moammar mouammar muamar", "معمر"),
    ("anwar", "anouar anwer enver", "انور أنور"),
    ("iyad", "eyad ayad", "اياد إياد"),
    ("asad", "assad asaad", "اسد الأسد أسد"),
    ("layla", "leila laila leyla", "ليلى"),
    ("maryam", "mariam meryem miriam", "مريم مریم"),
    ("fatima", "fatimah fatma fatemeh fatime", "فاطمة فاطمه"),
    ("aisha", "aicha ayesha aysha", "عائشة"),
    ("din", "deen eddin eddine uddin", "الدين الدین"),
];

struct Families {
    latin: HashMap<&'static str, &'static str>,
    arabic: HashMap<&'static str, &'static str>,
}

fn families() -> &'static Families {
    static FOUND: OnceLock<Families> = OnceLock::new();
    FOUND.get_or_init(|| {
        let mut found = Families {
            latin: HashMap::new(),
            arabic: HashMap::new(),
        };
        for (name, latin, arabic) in NAMES {
            let spellings = latin.split(' ').chain([*name]);
            found.latin.extend(spellings.map(|spelling| (spelling, *name)));
            found.arabic.extend(arabic.split(' ').map(|spelling| (spelling, *name)));
        }
        found
    })
}

/// The name that an Arabic or Persian word is, in Latin letters.
pub(super) fn arabic(word: &str) -> Option<&'static str> {
    families().arabic.get(word).copied()
}

/// What all spellings of this name have in common; none for names that are not known to have several.
pub(super) fn of(word: &str) -> Option<String> {
    let known = families().latin.get(word).map(|name| (*name).to_owned());
    known.or_else(|| korean(word))
}

/// A Korean syllable the same for all romanisations: `jeong`, `chong` and `jong`; family names have spellings of their own.
fn korean(word: &str) -> Option<String> {
    match word {
        "lee" | "yi" | "rhee" | "ri" | "li" | "rhi" => return Some("=ri".to_owned()),
        "park" | "pak" | "bak" => return Some("=pak".to_owned()),
        "im" | "lim" | "rim" => return Some("=rim".to_owned()),
        _ => {}
    }
    let (first, rest) = head(word, FIRST).unwrap_or(("", word));
    let (middle, rest) = head(rest, MIDDLE)?;
    let last = LAST.iter().find(|(spelt, _)| *spelt == rest)?.1;
    // Two letters say too little.
    (word.len() > 2).then(|| format!("={first}{middle}{last}"))
}

/// What a text begins with, the longest first, and the rest.
fn head<'a>(text: &'a str, parts: &[(&str, &'static str)]) -> Option<(&'static str, &'a str)> {
    let mut fitting = parts.iter().filter_map(|(spelt, sound)| Some((*sound, text.strip_prefix(spelt)?)));
    fitting.next()
}

const FIRST: &[(&str, &str)] = &[
    ("ch", "j"), ("sh", "s"), ("th", "t"), ("kh", "k"), ("ph", "p"), ("kk", "k"), ("tt", "t"), ("pp", "p"), ("ss", "s"),
    ("jj", "j"), ("g", "k"), ("k", "k"), ("n", "n"), ("d", "t"), ("t", "t"), ("r", "r"), ("l", "r"), ("m", "m"),
    ("b", "p"), ("p", "p"), ("s", "s"), ("j", "j"), ("h", "h"),
];

const MIDDLE: &[(&str, &str)] = &[
    ("yae", "yae"), ("yeo", "yo"), ("yoo", "yu"), ("you", "yo"), ("weo", "wo"), ("wae", "wae"), ("eui", "ui"), ("eo", "o"),
    ("eu", "u"), ("oo", "u"), ("ee", "i"), ("ae", "ae"), ("ai", "ae"), ("oe", "oe"), ("oi", "oe"), ("ui", "ui"), ("wa", "wa"),
    ("wo", "wo"), ("wi", "wi"), ("we", "we"), ("ya", "ya"), ("ye", "ye"), ("yo", "yo"), ("yu", "yu"), ("a", "a"), ("e", "e"),
    ("i", "i"), ("o", "o"), ("u", "u"),
];

const LAST: &[(&str, &str)] = &[
    ("ng", "ng"), ("", ""), ("n", "n"), ("m", "m"), ("k", "k"), ("g", "k"), ("t", "t"), ("d", "t"), ("p", "p"), ("b", "p"),
    ("l", "l"), ("r", "l"), ("h", ""),
];

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn spellings_of_one_name_are_one_family() {
        for same in [
            &["muhammad", "mohamed", "mehmet", "magomed"][..],
            &["yusuf", "youssef", "youcef"],
            &["jong", "jeong", "chong"],
            &["gang", "kang"],
            &["lee", "ri", "yi"],
            &["park", "pak"],
            &["song", "seong"],
            &["thaek", "taek"],
        ] {
            let first = of(same[0]);
            assert!(first.is_some(), "{same:?}");
            for word in same {
                assert_eq!(of(word), first, "{word}");
            }
        }
    }

    #[test]
    fn other_names_are_not() {
        assert_ne!(of("hamid"), of("hamad"));
        assert_ne!(of("salim"), of("salih"));
        assert_ne!(of("kim"), of("kang"));
        assert_eq!((of("petrov"), of("grain"), of("an")), (None, None, None));
    }
}
