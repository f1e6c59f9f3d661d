"""Invented people's names, as one hears them in a northern English borough, with their accents and apostrophes.

What is measured is drawn from these, awkward ones among them; the demonstration draws from `heritages`.
"""

import unicodedata
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Tongue:
    """Names that go together. `share` is how many of a hundred residents, `language` what an interpreter would need."""

    share: int
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    language: str = ""


def _tongue(share: int, language: str, women: str, men: str, families: str) -> Tongue:
    return Tongue(share, _several(women), _several(men), _several(families), language)


def _several(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(","))


TONGUES = (
    _tongue(
        46,
        "",
        "Margaret, Dorothy, Jean, Barbara, Susan, Christine, Linda, Carol, Julie, Tracey, Karen, Emma, Chloe, Olivia,"
        " Beryl, Hilda, Maureen, Pauline, Sandra, Gillian, Rebecca, Hannah, Daisy, Poppy",
        "John, Ronald, Derek, Brian, Roy, Keith, Alan, Trevor, Stephen, Gary, Darren, Wayne, Lee, Jack, Harry, Alfie,"
        " Norman, Stanley, Raymond, Dennis, Graham, Neil, Craig, Oliver",
        "Ashworth, Barker, Clegg, Dyson, Entwistle, Fielding, Greenwood, Haworth, Illingworth, Jagger, Kershaw, Lord,"
        " Mellor, Nuttall, Ogden, Pickles, Ramsbottom, Schofield, Taylor, Unsworth, Vickers, Whitworth, Yates, Booth,"
        " Crompton, Duckworth, Hartley-Brown, Smith, Jones, Lee",
    ),
    _tongue(
        5,
        "",
        "Siobhán, Bridget, Máiréad, Nora, Aoife, Kathleen",
        "Pádraig, Seán, Declan, Eoin, Liam, Michael",
        "O'Brien, Ó Súilleabháin, Murphy, McGrath, Byrne, Nic Dhonnchadha, Connors, Ward",
    ),
    _tongue(
        4,
        "",
        "Morag, Catriona, Eilidh, Elin, Gwen, Nerys",
        "Hamish, Ewan, Angus, Gethin, Rhys, Dafydd",
        "MacLeod, Campbell, Ferguson, ap Rhys, Llewellyn, Pugh",
    ),
    _tongue(
        9,
        "Urdu",
        "Shazia, Fatima, Rukhsana, Zainab, Parveen, Nusrat, Ayesha, Bushra",
        "Mohammed, Tariq, Imran, Asif, Yasin, Bilal, Ghulam, Zahid",
        "Hussain, Khan, Mahmood, Akhtar, Iqbal, Malik, Chaudhry, Bibi",
    ),
    _tongue(
        4,
        "Bengali (Sylheti)",
        "Rahima, Sultana, Nasima, Jamila, Hasna",
        "Abdul Karim, Shafiq, Rafique, Mizanur, Kamal",
        "Begum, Miah, Uddin, Choudhury, Rahman, Khatun",
    ),
    _tongue(
        4,
        "Gujarati",
        "Hansaben, Jyoti, Kokila, Meena, Priya",
        "Ramesh, Dinesh, Harshad, Suresh, Jayesh",
        "Patel, Shah, Desai, Mistry, Chauhan",
    ),
    _tongue(
        3,
        "Punjabi",
        "Gurpreet, Manjit, Balbir, Simran, Surinder",
        "Harjinder, Kulwant, Jaswinder, Amrik, Ranjit",
        "Kaur, Gill, Sandhu, Dhillon, Bains",
    ),
    _tongue(
        5,
        "Polish",
        "Małgorzata, Agnieszka, Zofia, Jadwiga, Wiesława",
        "Tomasz, Zbigniew, Łukasz, Andrzej, Stanisław",
        "Kowalska, Wiśniewski, Żukowski, Dąbrowska, Wójcik, Brzęczyszczykiewicz",
    ),
    _tongue(
        3,
        "Romanian",
        "Ioana, Mihaela, Ștefania, Elena",
        "Ion, Gheorghe, Răzvan, Ștefan",
        "Popescu, Ionescu, Țepeș, Munteanu",
    ),
    _tongue(
        3,
        "Ukrainian",
        "Oksana, Halyna, Yuliia, Nadiia",
        "Andriy, Mykola, Oleh, Volodymyr",
        "Shevchenko, Kovalenko, Bondarenko, Tkachuk",
    ),
    _tongue(
        3,
        "",
        "Adaeze, Folasade, Ngozi, Abiọ́dún, Temitope",
        "Chukwuemeka, Olúwaṣeun, Ifeanyi, Babatunde, Emeka",
        "Okonkwo, Adeyemi, Nwosu, Ògúnbánjọ, Eze",
    ),
    _tongue(2, "", "Akosua, Abena, Efua", "Kwame, Kofi, Yaw", "Mensah, Owusu, Boateng, Asante"),
    _tongue(
        3, "", "Beverley, Marcia, Gloria, Yvonne", "Winston, Delroy, Errol, Clive", "Campbell, Baptiste, Grant, Reid"
    ),
    _tongue(
        3, "Somali", "Hodan, Sahra, Faduma, Ifrah", "Abdi, Mahad, Yusuf, Cabdulle", "Warsame, Farah, Jama, Ismaaciil"
    ),
    _tongue(2, "Arabic", "Maryam, Layla, Noor", "Omar, Khalid, Youssef", "al-Masri, Haddad, Abdel-Rahman, El Amrani"),
    _tongue(2, "Kurdish (Sorani)", "Shirin, Nasrin, Hêlîn", "Karwan, Rebwar, Azad", "Barzani, Hama-Amin, Rasul"),
    _tongue(2, "Farsi", "Shabnam, Mahsa, Zohreh", "Reza, Mehdi, Farhad", "Hosseini, Karimi, Rezaei"),
    _tongue(2, "Cantonese", "Mei Ling, Yuk Fan, Siu Wai", "Kwok Keung, Chi Ming, Wai Man", "Wong, Chan, Ng, Lau"),
    _tongue(1, "Mandarin", "Xiù Lán, Fang", "Jìng, Wěi", "Wú, Lǐ, Zhào"),
    _tongue(1, "Vietnamese", "Thị Hồng, Ngọc Ánh", "Văn Đức, Minh Quân", "Nguyễn, Trần, Phạm"),
    _tongue(1, "Tamil", "Thangam, Kalaivani", "Sivakumar, Balasubramaniam", "Ramanathan, Venkataraman"),
    _tongue(1, "", "Maricel, Jhoanna", "Rodrigo, Jun-Jun", "dela Cruz, Santos, Macaraeg"),
    _tongue(1, "Portuguese", "Conceição, Lúcia", "João, Antônio", "da Silva, Gonçalves, dos Santos"),
    _tongue(1, "Italian", "Concetta, Rosaria", "Salvatore, Carmine", "D'Angelo, Lo Presti, Esposito"),
    _tongue(1, "Greek", "Eleni, Konstantina", "Yiannis, Andreas", "Papadopoulos, Georgiou"),
    _tongue(1, "Turkish", "Ayşe, Gülşen", "İbrahim, Çağlar", "Yılmaz, Öztürk, Şahin"),  # noqa: RUF001
    _tongue(1, "Tigrinya", "Letebrhan, Saba", "Tesfay, Yohannes", "Ghebremedhin, Tekle"),
    _tongue(1, "Lithuanian", "Rūta, Živilė", "Jonas, Žygimantas", "Kazlauskienė, Šimkus"),
    _tongue(1, "French", "Aïssatou, Clémentine", "Mamadou, Jean-Baptiste", "N'Diaye, Mukendi-Tshibangu"),
    _tongue(1, "", "Sequoia, Blake", "Jayden-Lee, X", "St John-Smythe, Null, Test-Ferguson"),
)
_SHARES = tuple(tongue.share for tongue in TONGUES)


def tongue(rng: Random) -> Tongue:
    return rng.choices(TONGUES, _SHARES)[0]


def plain(name: str) -> str:
    """The name as the first part of an email address."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l").replace("đ", "d").replace("\u0131", "i"))
    return "".join(one if one.isascii() and one.isalnum() else "." if one == " " else "" for one in letters)
