//! Each sentence of the check in English and in Russian; `{}` stands for what differs.

/// The longer sentence of two that fit stands first.
pub const SENTENCES: &[(&str, &str)] = &[
    // Completeness.
    (
        "the section \"{}\" is empty; it is mandatory",
        "раздел «{}» пуст, а он обязателен",
    ),
    ("this field must say something", "это поле нужно заполнить"),
    (
        "this is not an e-mail address a letter can be sent to: {}",
        "на этот адрес нельзя отправить письмо: {}",
    ),
    (
        "it contains a space, a line break or a control character",
        "в нём есть пробел, перевод строки или управляющий знак",
    ),
    ("it is longer than 254 characters", "он длиннее 254 знаков"),
    ("it has no @", "в нём нет знака @"),
    (
        "what stands before the @ is not a mailbox name",
        "перед знаком @ стоит не имя почтового ящика",
    ),
    (
        "what stands after the @ is not a domain name",
        "после знака @ стоит не имя домена",
    ),
    (
        "another contact has the same address; name a second one",
        "такой адрес уже указан; назовите другое контактное лицо",
    ),
    (
        "{} usable address(es); letters go to at least two, so name another contact",
        "пригодных адресов: {}; письма направляются не менее чем по двум, добавьте контактное лицо",
    ),
    ("the document {} is listed twice", "документ {} указан дважды"),
    (
        "a SHA-256 is 64 hexadecimal digits",
        "SHA-256 – это 64 шестнадцатеричные цифры",
    ),
    (
        "{} is confidential: add a non-confidential version or the reason why there can be none",
        "{} – конфиденциальный документ: приложите открытую версию или объясните, почему её не может быть",
    ),
    (
        "there is another statement to {}; keep one",
        "по критерию {} уже есть пояснение; оставьте одно",
    ),
    ("the dossier contains no document {}", "в досье нет документа {}"),
    (
        "the signatory has not accepted the declaration",
        "подписант не принял декларацию",
    ),
    (
        "a file is still in quarantine or was found unclean; wait or replace it",
        "файл ещё в карантине или признан опасным; подождите или замените его",
    ),
    (
        "say how the dossier meets criterion {}",
        "поясните, как досье отвечает критерию {}",
    ),
    (
        "cite at least one document as evidence for criterion {}",
        "сошлитесь хотя бы на один документ в подтверждение критерия {}",
    ),
    ("the notice has no criterion \"{}\"", "в извещении нет критерия «{}»"),
    (
        "the notice requires a document of the class {}; add it",
        "извещение требует документ вида «{}»; приложите его",
    ),
    (
        "the notice is not open to this type of applicant; a sponsoring authority may file instead",
        "извещение не рассчитано на заявителей этого вида; досье может подать орган-поручитель",
    ),
    (
        "{} months are asked for; the notice allows 1 to {}",
        "запрошено месяцев: {}; извещение допускает от 1 до {}",
    ),
    (
        "{} shipments are planned; the notice allows {}",
        "запланировано поставок: {}; извещение допускает {}",
    ),
    (
        "{} is not a destination of the notice ({})",
        "{} не входит в число стран назначения по извещению ({})",
    ),
    (
        "{} are asked for; {} are left of the programme's ceiling",
        "запрошено {}; в пределах программы осталось {}",
    ),
    // Goods.
    (
        "another line has the number {}; give each its own",
        "строка с номером {} уже есть; дайте каждой свой номер",
    ),
    (
        "a kit must be broken down: list every component with its HS code and quantity",
        "состав набора нужно раскрыть: укажите каждую часть с кодом ГС и количеством",
    ),
    ("describe the goods", "опишите товар"),
    (
        "\"{}\" is not six digits; write the six-digit code of the Harmonized System without points",
        "«{}» – не шесть цифр; укажите шестизначный код Гармонизированной системы без точек",
    ),
    (
        "{} is not a code of the Harmonized System 2022; look up the code in force",
        "кода {} нет в Гармонизированной системе 2022 года; найдите действующий код",
    ),
    (
        "{} is not in the extract kept here, so it could not be verified; look it up in HS 2022",
        "кода {} нет в хранящейся здесь выборке, проверить его не удалось; сверьтесь с ГС 2022 года",
    ),
    (
        "{} is on the common high-priority list: expect questions about the end use",
        "код {} входит в общий перечень приоритетных товаров: вероятны вопросы о конечном использовании",
    ),
    (
        "{}; state pieces (H87), sets (SET) or a mass (KGM), and the packages under packaging",
        "{}; укажите штуки (H87), комплекты (SET) или массу (KGM), а места – в графе упаковки",
    ),
    (
        "{}; use a code such as TNE, KGM, H87 or LTR",
        "{}; используйте код, например TNE, KGM, H87 или LTR",
    ),
    (
        "\"{}\" is not a unit of UNECE Recommendation 20 that this service knows",
        "«{}» – не единица измерения из Рекомендации № 20 ЕЭК ООН",
    ),
    (
        "{} is marked deleted (X) in UNECE Rec 20; packages belong to Rec 21, they are not units",
        "код {} исключён из Рекомендации № 20 ЕЭК ООН: упаковки указываются по Рекомендации № 21 и не являются единицами",
    ),
    (
        "the quantity is zero; state how much",
        "указано нулевое количество; укажите, сколько",
    ),
    (
        "{}; state it in another unit, for example KGM",
        "{}; укажите в другой единице, например KGM",
    ),
    ("{} cannot be expressed exactly in {}", "{} нельзя точно выразить в {}"),
    ("{} is too large to be counted", "{} – слишком большое количество"),
    (
        "\"{}\" is not a currency of ISO 4217 that money can be in; write for example USD",
        "«{}» – не денежная единица по ISO 4217; укажите, например, USD",
    ),
    (
        "{} has {} digits after the point, {} has more",
        "у валюты {} знаков после запятой: {}, а в сумме {} их больше",
    ),
    (
        "{}, the value says {}: accepted, it differs by at most 0.01 a unit",
        "{}, в графе стоимости {}: принято, расхождение не больше 0,01 на единицу",
    ),
    (
        "{}, but the value says {}; correct one of them",
        "{}, а в графе стоимости {}; исправьте одно из двух",
    ),
    (
        "the shipments are {} together, the goods only {}; correct one of them",
        "поставки в сумме составляют {}, а товары – только {}; исправьте одно из двух",
    ),
    (
        "the shipments are {}, but no goods are measured by {}",
        "поставки составляют {}, но товаров с таким измерением ({}) нет",
    ),
    (
        "chapter {} is why an exemption is needed, not a ground for refusal",
        "группа {}: поэтому и нужно изъятие, это не основание для отказа",
    ),
    // Texts.
    (
        "{} entries; at most {} are accepted",
        "записей: {}; принимается не больше {}",
    ),
    (
        "{} characters; at most {} are accepted here",
        "знаков: {}; здесь принимается не больше {}",
    ),
    (
        "contains the control character {}; remove it",
        "содержит управляющий знак {}; уберите его",
    ),
    (
        "contains the invisible character {}, which changes how text is read; remove it",
        "содержит невидимый знак {}, меняющий чтение текста; уберите его",
    ),
    // Parties and their numbers.
    (
        "another party has the id \"{}\"; give each its own",
        "участник с обозначением «{}» уже есть; дайте каждому своё",
    ),
    (
        "say why {} is strictly civilian",
        "поясните, почему {} имеет исключительно гражданский статус",
    ),
    ("\"{}\" is no {}: {}; correct it", "«{}» – не {}: {}; исправьте"),
    (
        "IMO ship number {} should end in {}: compare it with the original and correct it",
        "номер ИМО судна {} должен оканчиваться на {}: сверьте с оригиналом и исправьте",
    ),
    (
        "IMO company number {} should end in {}: compare it with the original and correct it",
        "номер ИМО компании {} должен оканчиваться на {}: сверьте с оригиналом и исправьте",
    ),
    (
        "{} {} should end in {}: compare it with the original and correct it",
        "{} {} должен оканчиваться на {}: сверьте с оригиналом и исправьте",
    ),
    ("IMO ship number", "номер ИМО судна"),
    ("IMO company number", "номер ИМО компании"),
    ("INN", "ИНН"),
    ("OGRN", "ОГРН"),
    (
        "it has seven digits, the first not zero",
        "в нём семь цифр, первая не ноль",
    ),
    (
        "it has 18 letters or digits and two check digits",
        "в нём 18 букв или цифр и две контрольные цифры",
    ),
    (
        "it has 10 digits (organisations) or 12 (persons)",
        "в нём 10 цифр (организации) или 12 (физические лица)",
    ),
    (
        "it has 13 digits (organisations) or 15 (entrepreneurs)",
        "в нём 13 цифр (организации) или 15 (предприниматели)",
    ),
    (
        "it has four letters, two letters of the country, two letters or digits, and for a branch three more",
        "в нём четыре буквы, две буквы страны, две буквы или цифры, а для филиала ещё три",
    ),
    (
        "its fifth and sixth letters are an ISO 3166 country",
        "пятая и шестая буквы – код страны по ISO 3166",
    ),
    (
        "\"{}\" is not a country code of ISO 3166-1: write two capital letters, for example ET",
        "«{}» – не код страны по ISO 3166-1: укажите две прописные латинские буквы, например ET",
    ),
    (
        "the name is written in another script; add its Latin form",
        "наименование записано не латиницей; добавьте его латинское написание",
    ),
    // Routes.
    (
        "another shipment has the number {}; give each its own",
        "поставка с номером {} уже есть; дайте каждой свой номер",
    ),
    (
        "describe the route: at least one leg",
        "опишите маршрут: не менее одного участка",
    ),
    (
        "it arrives on {}, before it departs on {}; correct the dates",
        "прибытие {} раньше отправления {}; исправьте даты",
    ),
    (
        "it departs on {}, before the leg before arrives on {}; correct the dates",
        "отправление {} раньше прибытия по предыдущему участку {}; исправьте даты",
    ),
    (
        "it starts at {}, the leg before ends at {}",
        "начинается в {}, а предыдущий участок кончается в {}",
    ),
    (
        "\"{}\" is not a place of UN/LOCODE; look up its five-character code",
        "пункта «{}» нет в UN/LOCODE; найдите его пятизначный код",
    ),
    (
        "{} has in UN/LOCODE: {}; {}, so name the right place or means of transport",
        "у {} в UN/LOCODE значится: {}; {}, укажите верный пункт или вид транспорта",
    ),
    ("a sea leg needs a port", "морскому участку нужен порт"),
    ("an air leg needs an airport", "воздушному участку нужен аэропорт"),
    (
        "a rail leg needs a rail terminal or an inland depot",
        "железнодорожному участку нужен железнодорожный терминал или внутренний терминал",
    ),
    (
        "a leg by inland waterway needs a port",
        "участку по внутренним водным путям нужен порт",
    ),
    // What was looked at for a criterion.
    (
        "this criterion has no machine check",
        "этот критерий программа не проверяет",
    ),
    ("there is no applicant yet", "заявитель ещё не указан"),
    ("applicant is {}", "заявитель: {}"),
    ("no inspection was held yet", "инспекции ещё не было"),
    ("inspection passed", "инспекция пройдена"),
    ("inspection not passed", "инспекция не пройдена"),
    (
        "it is not known whether the declaration was signed",
        "подписана ли декларация, ещё неизвестно",
    ),
    ("declaration signed", "декларация подписана"),
    ("declaration not signed", "декларация не подписана"),
    ("there are no goods yet", "товары ещё не указаны"),
    (
        "a kit is not broken down, so it is not known what it contains",
        "состав набора не раскрыт, и что в нём, неизвестно",
    ),
    ("there are no shipments yet", "поставки ещё не указаны"),
    ("final countries {}", "страны назначения: {}"),
    ("present: {}", "есть: {}"),
    ("missing: {}", "нет: {}"),
    ("screening clear", "проверка по спискам совпадений не дала"),
    (
        "every true match is covered by a licence or an exemption",
        "каждое подтверждённое совпадение покрыто лицензией или изъятием",
    ),
    (
        "screening has hits that are open or true",
        "есть нерассмотренные или подтверждённые совпадения со списками",
    ),
    ("the screening failed", "проверка по спискам не удалась"),
    ("no screening was done yet", "проверки по спискам ещё не было"),
    ("there is no sea leg", "морских участков нет"),
    (
        "a line of goods has an unknown unit",
        "в строке товаров неизвестная единица",
    ),
    ("the criterion has an unknown unit", "в критерии неизвестная единица"),
    ("no goods are measured by {}", "товаров с таким измерением ({}) нет"),
    (
        "{} of at most {}; {} left of the programme",
        "{} при пределе {}; по программе осталось {}",
    ),
    ("{} of at most {}", "{} при пределе {}"),
    ("{} cannot be compared", "{}: сравнить нельзя"),
    ("every kit is broken down", "состав каждого набора раскрыт"),
    ("kit without components: line {}", "набор без состава: строка {}"),
    ("no goods of restricted chapters", "товаров из ограниченных групп нет"),
    ("named: {}", "указаны: {}"),
    ("{} unknown", "{}: пункт неизвестен"),
    ("{} has {}", "{}: функции {}"),
    ("HS {}", "ГС {}"),
    ("{} at {}", "{} ({})"),
    // Functions of places, and what is measured.
    ("port", "порт"),
    ("rail terminal", "железнодорожный терминал"),
    ("road terminal", "автомобильный терминал"),
    ("airport", "аэропорт"),
    ("postal exchange office", "место международного почтового обмена"),
    ("inland depot", "внутренний терминал"),
    ("fixed transport", "трубопровод"),
    ("border crossing", "пункт пропуска"),
    ("no known function", "ничего"),
    ("mass", "масса"),
    ("count", "штуки"),
    ("volume", "объём"),
    ("length", "длина"),
    ("area", "площадь"),
    ("energy", "энергия"),
];
