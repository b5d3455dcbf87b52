"""Names of a town in Minnesota, by community, so that no screen is ever tried with ASCII Smiths alone.

Own lists, in everyday spellings, with the language a family is called in. Short names that are also
English words are left out: a test searches every file on disk for the children's names.
"""

import msgspec


class Community(msgspec.Struct, frozen=True):
    """Given names by sex, family names, the language at home, and how many of a hundred families."""

    girls: tuple[str, ...]
    boys: tuple[str, ...]
    families: tuple[str, ...]
    language: str
    share: int


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COMMUNITIES = (
    Community(
        _words("Ingrid Solveig Annika Linnea Kirsten Sigrid Britta Maren Astrid Karin Elsa-Marie Svea Dagny Thora"),
        _words("Anders Torsten Gunnar Henrik Sverre Leif-Erik Halvor Mikkel Anton Einar Soren Bjarne Eskil Rolf"),
        _words(
            "Lindqvist Halvorsen Bergström Tollefson Gustafson Amundson Sørensen Haugland Engebretson Nygaard "
            "Kjellberg Ostergaard Thorvaldson Rasmussen"
        ),
        "en",
        26,
    ),
    Community(
        _words(
            "Charlotte Madelyn Josephine Caroline Beatrice Theresa Gabrielle Rebecca Vivian Eleanor Margaret Claudia"
        ),
        _words("Theodore Nathaniel Benjamin Everett Sebastian Gregory Dominic Vincent Wesley Leonard Patrick Raymond"),
        _words(
            "Kowalski Schroeder O'Rourke Zimmerman Novotny Pelletier Brandenburg Fitzgerald Hoffmann McAllister "
            "Dombrowski Vandersteen"
        ),
        "en",
        24,
    ),
    Community(
        _words("Hodan Ifrah Sagal Nimco Faduma Khadija Hibaaq Ayaan Sumaya Zamzam Fardowsa Ubah-Deeqa"),
        _words("Abdirahman Mohamud Liban Zakariya Guled Abdullahi Yusuf-Ali Khalid Mahad Abshir Jibril Suleyman"),
        _words("Warsame Abdullahi Farah-Nur Hirsi Jama-Ali Mohamud Osman-Dirie Guleed Shire-Adan Hassan-Yare"),
        "so",
        14,
    ),
    Community(
        _words("Mai-Lia Pahoua Kaying Gaoly Nkauj-Hnub Sheng-Mai Paj-Huab Bao-Kou Yer-Ntxhi Maly-Kia Chee-Nou"),
        _words("Tou-Ger Pheng-Xou Kong-Meng Teng-Lue Chue-Feng Nhia-Tou Xeng-Vaj Fue-Long Ntxhais-Lis Yeng-Kong"),
        _words("Xiong Vang-Moua Thaoxaochay Yang-Lor Moua-Cha Lee-Hawj Vue-Khang Cheng-Xiong Herr-Thao"),
        "hmn",
        12,
    ),
    Community(
        _words(
            "Guadalupe Ximena Marisol Itzel-María Valentina Esperanza Yaretzi Lucía-Inés Araceli Fernanda Concepción"
        ),
        _words("Alejandro Santiago Emiliano Joaquín Rodrigo Maximiliano Andrés-José Esteban Fernando Ignacio Leonardo"),
        _words(
            "Hernández Villanueva Ramírez-Soto Castañeda Gutiérrez Ocampo-Ruiz Zaragoza Muñoz-Peña Cervantes Escobedo"
        ),
        "es",
        14,
    ),
    Community(
        _words("Waabigwan Nookomis-Ann Migizi-Kwe Miskwaadesi Aandeg-Rosalie Dawnelle Shawnise Ozhaawashko Nibiiwin"),
        _words("Makwa-James Bizhiw-Daniel Animikii Waaban-Joseph Giiwedin Mishkode Ogimaa-Lee Zaagaate Biidaaban"),
        _words("Whitefeather Kingbird Beaulieu Bellanger Roybal-Oakgrove Stillday Thunderhawk Northbird Lussier"),
        "oj",
        6,
    ),
    Community(
        _words("Naw-Paw-Say Eh-Mu-Wah Hser-Nay-Gay Thida-Aye Paw-Wah-Moo Anjali Priyanka Lakshmi-Rao Thu-Trang"),
        _words("Saw-Htoo-Eh Kler-Moo-Paw Eh-Doh-Soe Aung-Naing Thaw-Reh Arjun-Dev Vikram-Das Quang-Minh Khanh-Duy"),
        _words("Htoo-Wah Moo-Taw Eh-Khler Nguyễn Phạm-Đình Subramanian Chowdhury Karunaratne Soe-Myint"),
        "en",
        4,
    ),
)

TOWN = "Aspen Prairie"
STREETS = _words("Tamarack Cottonwood Bluestem Loonfeather Juneberry Basswood Trillium Cattail Kestrel Ironwood")
CLINICS = (
    "Aspen Prairie Family Clinic",
    "Redpine Pediatrics",
    "Otter County Public Health",
    "Lakeshore Community Clinic",
)
