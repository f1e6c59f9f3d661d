"""Whom the demonstration's residents and staff descend from: names that go together, what they speak, how they answer.

The lists of `names`, which measures are drawn from too, hold awkward names for tests; these hold none. A family name
`Kowalska/Kowalski` is a woman's and a man's; one side empty: only the other bears it.
"""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Heritage:
    """`share` is of all residents; `code` the language's in the human-language list, `language` as one says it."""

    share: int
    women: tuple[str, ...]
    men: tuple[str, ...]
    families_of_women: tuple[str, ...]
    families_of_men: tuple[str, ...]
    ethnic: str
    """Categories of the ethnic-category list, one letter each; the first is the usual one."""
    code: str = "en"
    language: str = ""

    def families(self, *, is_woman: bool) -> tuple[str, ...]:
        return self.families_of_women if is_woman else self.families_of_men


def _heritage(share: int, ethnic: str, speaks: str, women: str, men: str, families: str) -> Heritage:
    code, _, language = speaks.partition(" ")
    both = [name.partition("/") for name in _several(families)]
    return Heritage(
        share,
        _several(women),
        _several(men),
        tuple(woman for woman, _, _ in both if woman),
        tuple(man if slash else woman for woman, slash, man in both if man or not slash),
        ethnic,
        code,
        language,
    )


def _several(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(","))


HERITAGES = (
    _heritage(
        46,
        "A",
        "en",
        "Margaret, Dorothy, Jean, Barbara, Susan, Christine, Linda, Carol, Julie, Tracey, Karen, Emma, Chloe, Olivia,"
        " Beryl, Hilda, Maureen, Pauline, Sandra, Gillian, Rebecca, Hannah, Daisy, Poppy, Eileen, Joyce, Marjorie,"
        " Sylvia, Brenda, Janet, Denise, Sharon, Lorraine, Wendy, Alison, Heather, Lucy, Charlotte, Megan, Freya",
        "John, Ronald, Derek, Brian, Roy, Keith, Alan, Trevor, Stephen, Gary, Darren, Wayne, Lee, Jack, Harry, Alfie,"
        " Norman, Stanley, Raymond, Dennis, Graham, Neil, Craig, Oliver, Frank, Arthur, Harold, Leslie, Geoffrey,"
        " Malcolm, Barry, Nigel, Ian, Paul, Simon, Andrew, Jamie, Ryan, Callum, George",
        "Ashworth, Barker, Clegg, Dyson, Entwistle, Fielding, Greenwood, Haworth, Illingworth, Jagger, Kershaw, Lord,"
        " Mellor, Nuttall, Ogden, Pickles, Ramsbottom, Schofield, Taylor, Unsworth, Vickers, Whitworth, Yates, Booth,"
        " Crompton, Duckworth, Hartley-Brown, Smith, Jones, Lee, Aspinall, Bamford, Chadwick, Dewhurst, Eccles,"
        " Farnworth, Grimshaw, Hargreaves, Holroyd, Ingham, Jessop, Kenyon, Longbottom, Marsden, Naylor, Openshaw,"
        " Pilkington, Rawstron, Sutcliffe, Tattersall, Thornber, Uttley, Varley, Walmsley, Whittaker, Wrigley,"
        " Bradshaw, Cowgill, Garside, Hindle",
    ),
    _heritage(
        5,
        "B",
        "en",
        "Siobhán, Bridget, Máiréad, Nora, Aoife, Kathleen, Gráinne, Róisín",
        "Pádraig, Seán, Declan, Eoin, Liam, Michael, Cormac, Brendan",
        "O'Brien, Ní Shúilleabháin/Ó Súilleabháin, Murphy, McGrath, Byrne, Nic Dhonnchadha/Mac Donnchadha, Connors,"
        " Ward, Gallagher, Doherty, Keane, Brosnan",
    ),
    _heritage(
        4,
        "A",
        "en",
        "Morag, Catriona, Eilidh, Elin, Gwen, Nerys, Mairi, Carys",
        "Hamish, Ewan, Angus, Gethin, Rhys, Dafydd, Fraser, Emyr",
        "MacLeod, Campbell, Ferguson, /ap Rhys, Llewellyn, Pugh, Buchanan, Prosser",
    ),
    _heritage(
        9,
        "J",
        "ur Urdu",
        "Shazia, Fatima, Rukhsana, Zainab, Parveen, Nusrat, Ayesha, Bushra, Saima, Robina, Kausar, Tahira",
        "Mohammed, Tariq, Imran, Asif, Yasin, Bilal, Ghulam, Zahid, Nadeem, Khalid, Waqar, Shabir",
        "Hussain, Khan, Mahmood, Akhtar, Iqbal, Malik, Chaudhry, Bibi/, Mirza, Qureshi, Raja, Siddiqui",
    ),
    _heritage(
        4,
        "K",
        "bn Bengali (Sylheti)",
        "Rahima, Sultana, Nasima, Jamila, Hasna, Shirina, Monowara",
        "Abdul Karim, Shafiq, Rafique, Mizanur, Kamal, Anwar, Jalal",
        "Begum/, /Miah, /Uddin, Choudhury, Rahman, Khatun/, Khanom/, /Ali, Ahmed, Sarkar",
    ),
    _heritage(
        4,
        "H",
        "gu Gujarati",
        "Hansaben, Jyoti, Kokila, Meena, Priya, Bhavna, Nirmala",
        "Ramesh, Dinesh, Harshad, Suresh, Jayesh, Kantilal, Mahendra",
        "Patel, Shah, Desai, Mistry, Chauhan, Solanki, Parmar, Joshi",
    ),
    _heritage(
        3,
        "H",
        "pa Punjabi",
        "Gurpreet, Manjit, Balbir, Simran, Surinder, Parminder, Jasbir",
        "Harjinder, Kulwant, Jaswinder, Amrik, Ranjit, Gurdev, Mohinder",
        "Kaur/Singh, Gill, Sandhu, Dhillon, Bains, Sidhu, Grewal",
    ),
    _heritage(
        5,
        "C",
        "pl Polish",
        "Małgorzata, Agnieszka, Zofia, Jadwiga, Wiesława, Halina, Katarzyna",
        "Tomasz, Zbigniew, Łukasz, Andrzej, Stanisław, Krzysztof, Marek",
        "Kowalska/Kowalski, Wiśniewska/Wiśniewski, Żukowska/Żukowski, Dąbrowska/Dąbrowski, Wójcik, Nowak,"
        " Brzęczyszczykiewicz, Zielińska/Zieliński, Mazur",
    ),
    _heritage(
        3,
        "C",
        "ro Romanian",
        "Ioana, Mihaela, Ștefania, Elena, Crina, Doina",
        "Ion, Gheorghe, Răzvan, Ștefan, Vasile, Doru",
        "Popescu, Ionescu, Țepeș, Munteanu, Dumitru, Rusu, Albu",
    ),
    _heritage(
        3,
        "C",
        "uk Ukrainian",
        "Oksana, Halyna, Yuliia, Nadiia, Iryna, Liudmyla",
        "Andriy, Mykola, Oleh, Volodymyr, Taras, Bohdan",
        "Shevchenko, Kovalenko, Bondarenko, Tkachuk, Kovalska/Kovalskyi, Melnyk, Hrytsenko",
    ),
    _heritage(
        3,
        "N",
        "en",
        "Adaeze, Folasade, Ngozi, Abiọ́dún, Temitope, Chinwe, Yetunde",
        "Chukwuemeka, Olúwaṣeun, Ifeanyi, Babatunde, Emeka, Obinna, Kayode",
        "Okonkwo, Adeyemi, Nwosu, Ògúnbánjọ, Eze, Balogun, Okafor, Afolabi",
    ),
    _heritage(
        2,
        "N",
        "en",
        "Akosua, Abena, Efua, Ama, Adjoa",
        "Kwame, Kofi, Yaw, Kojo, Kwabena",
        "Mensah, Owusu, Boateng, Asante, Appiah, Amoako",
    ),
    _heritage(
        3,
        "M",
        "en",
        "Beverley, Marcia, Gloria, Yvonne, Hyacinth, Sonia",
        "Winston, Delroy, Errol, Clive, Desmond, Neville",
        "Campbell, Baptiste, Grant, Reid, Francis, Palmer, Gayle",
    ),
    _heritage(
        3,
        "N",
        "so Somali",
        "Hodan, Sahra, Faduma, Ifrah, Hibo, Ubah",
        "Abdi, Mahad, Yusuf, Cabdulle, Liban, Warsame",
        "Warsame, Farah, Jama, Ismaaciil, Duale, Guled, Hersi",
    ),
    _heritage(
        2,
        "S",
        "ar Arabic",
        "Maryam, Layla, Noor, Samira, Huda",
        "Omar, Khalid, Youssef, Samir, Hassan",
        "al-Masri, Haddad, Abdel-Rahman, El Amrani, Nasser, Khoury",
    ),
    _heritage(
        2,
        "S",
        "ku Kurdish (Sorani)",
        "Shirin, Nasrin, Hêlîn, Awaz, Runak",
        "Karwan, Rebwar, Azad, Soran, Hiwa",
        "Barzani, Hama-Amin, Rasul, Ahmed, Qadir",
    ),
    _heritage(
        2,
        "S",
        "fa Farsi",
        "Shabnam, Mahsa, Zohreh, Parisa, Nasim",
        "Reza, Mehdi, Farhad, Behrouz, Kamran",
        "Hosseini, Karimi, Rezaei, Moradi, Ahmadi",
    ),
    _heritage(
        2,
        "R",
        "zh Cantonese",
        "Mei Ling, Yuk Fan, Siu Wai, Lai Kuen, Wai Yin",
        "Kwok Keung, Chi Ming, Wai Man, Ka Ho, Tak Shing",
        "Wong, Chan, Ng, Lau, Cheung, Yip",
    ),
    _heritage(1, "R", "zh Mandarin", "Xiù Lán, Fang, Yàn, Huì", "Jìng, Wěi, Jūn, Míng", "Wú, Lǐ, Zhào, Sūn"),
    _heritage(
        1, "L", "vi Vietnamese", "Thị Hồng, Ngọc Ánh, Thu Hà", "Văn Đức, Minh Quân, Hữu Lộc", "Nguyễn, Trần, Phạm, Lê"
    ),
    _heritage(
        1,
        "L",
        "ta Tamil",
        "Thangam, Kalaivani, Meenakshi",
        "Sivakumar, Balasubramaniam, Kandiah",
        "Ramanathan, Venkataraman, Selvarajah",
    ),
    _heritage(
        1,
        "L",
        "tl Tagalog",
        "Maricel, Jhoanna, Rosalie",
        "Rodrigo, Jun-Jun, Arnel",
        "dela Cruz, Santos, Macaraeg, Reyes",
    ),
    _heritage(
        1,
        "C",
        "pt Portuguese",
        "Conceição, Lúcia, Fátima",
        "João, Antônio, Rui",
        "da Silva, Gonçalves, dos Santos, Pinto",
    ),
    _heritage(
        1,
        "C",
        "it Italian",
        "Concetta, Rosaria, Assunta",
        "Salvatore, Carmine, Gaetano",
        "D'Angelo, Lo Presti, Esposito, Russo",
    ),
    _heritage(
        1,
        "C",
        "el Greek",
        "Eleni, Konstantina, Despina",
        "Yiannis, Andreas, Spyros",
        "Papadopoulou/Papadopoulos, Georgiou, Dimitriou, Ioannidou/Ioannidis",
    ),
    _heritage(1, "C", "tr Turkish", "Ayşe, Gülşen, Emine", "İbrahim, Çağlar, Hüseyin", "Yılmaz, Öztürk, Şahin, Kaya"),  # noqa: RUF001
    _heritage(
        1, "N", "ti Tigrinya", "Letebrhan, Saba, Abrehet", "Tesfay, Yohannes, Berhane", "Ghebremedhin, Tekle, Habte"
    ),
    _heritage(
        1,
        "C",
        "lt Lithuanian",
        "Rūta, Živilė, Daiva",
        "Jonas, Žygimantas, Vytautas",
        "Kazlauskienė/Kazlauskas, Šimkienė/Šimkus, Petrauskienė/Petrauskas",
    ),
    _heritage(
        1,
        "N",
        "fr French",
        "Aïssatou, Clémentine, Solange",
        "Mamadou, Jean-Baptiste, Ousmane",
        "N'Diaye, Mukendi-Tshibangu, Diallo, Traoré",
    ),
    _heritage(
        1,
        "GDEF",
        "en",
        "Sequoia, Blake, Jasmine, Amara",
        "Jayden-Lee, Tyrone, Zac, Kai",
        "St John-Smythe, Ferguson-Adeyemi, Khan-Taylor, Lewis",
    ),
)
_SHARES = tuple(one.share for one in HERITAGES)


def heritage(rng: Random) -> Heritage:
    return rng.choices(HERITAGES, _SHARES)[0]


def of_staff(rng: Random) -> str:
    """A name such as `Kokila Desai`."""
    of, is_woman = heritage(rng), rng.random() < 0.7
    return f"{rng.choice(of.women if is_woman else of.men)} {rng.choice(of.families(is_woman=is_woman))}"
