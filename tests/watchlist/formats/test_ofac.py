import pytest

from watchlist.entries import Person
from watchlist.errors import RefusedFileError

# Rows as OFAC writes them: no header, -0- for nothing, the last byte is DOS's Control-Z.
CSV = (
    '306,"BANCO NACIONAL DE CUBA",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    "\"a.k.a. 'BNC'.\"\r\n"
    '4243,"EBANO","vessel","CUBA",-0- ,-0- ,"General Cargo","2595","1865","Panama","Acme Inc.",'
    "\"Vessel Registration Identification IMO 7406784; f.k.a. 'ANA I'; a.k.a. 'QUEEN'S EBANO'.\""
    "\r\n"
    '15036,"ARTAVIL","vessel","IRAN] [IFSR",-0- ,"T2EU4","Crude Oil Tanker",-0- ,-0- ,'
    '"None Identified",-0- ,"Vessel Registration Identification IMO 9187629; MMSI 572469210; '
    'Linked To: NATIONAL IRANIAN TANKER COMPANY."\r\n'
    '77777,"BAD NUMBERS","vessel","CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,"Atlantis",-0- ,'
    '"Vessel Registration Identification IMO 9187628; MMSI 123456789."\r\n'
    "\x1a"
)
XML = """<?xml version="1.0" standalone="yes"?>
<sdnList xmlns="http://tempuri.org/sdnList.xsd">
  <publshInformation><Publish_Date>08/28/2026</Publish_Date></publshInformation>
  <sdnEntry>
    <uid>36</uid><lastName>AEROCARIBBEAN AIRLINES</lastName><sdnType>Entity</sdnType>
  </sdnEntry>
  <sdnEntry>
    <uid>15036</uid>
    <lastName>ARTAVIL</lastName>
    <sdnType>Vessel</sdnType>
    <remarks>(Linked To: NATIONAL IRANIAN TANKER COMPANY)</remarks>
    <programList><program>IRAN</program><program>IFSR</program></programList>
    <idList>
      <id><uid>1</uid><idType>Vessel Registration Identification</idType>
        <idNumber>IMO 9187629</idNumber></id>
      <id><uid>2</uid><idType>MMSI</idType><idNumber>572469210</idNumber></id>
    </idList>
    <akaList>
      <aka><uid>3</uid><type>a.k.a.</type><lastName>SHONA</lastName></aka>
      <aka><uid>4</uid><type>f.k.a.</type><lastName>ABADEH</lastName></aka>
    </akaList>
    <vesselInfo>
      <callSign>T2EU4</callSign><vesselType>Crude/Oil Products Tanker</vesselType>
      <vesselFlag>Iran</vesselFlag><vesselOwner>Acme Inc.</vesselOwner>
    </vesselInfo>
  </sdnEntry>
</sdnList>"""


def test_vessels_of_sdn_csv_are_read(read):
    found = read(CSV)
    assert found.layout == "ofac"
    ebano, artavil, _ = found.entries
    assert (ebano.imo, ebano.name, ebano.type, ebano.flag) == ((7406784,), "EBANO", "cargo", "PAN")
    assert (ebano.aliases, ebano.former_names) == (("QUEEN'S EBANO",), ("ANA I",))
    assert (artavil.mmsi, artavil.call_sign, artavil.type) == ((572469210,), ("T2EU4",), "tanker")
    assert artavil.flag == ""
    assert artavil.reason == "OFAC SDN 15036: IRAN, IFSR"
    assert found.lines == (2, 3, 4)


def test_owners_of_sdn_csv_are_apart(read):
    assert read(CSV).persons[:2] == (
        (Person("owner", "Acme Inc."),),
        (Person("other", "NATIONAL IRANIAN TANKER COMPANY", "linked to"),),
    )


def test_a_faulty_identifier_of_a_public_list_is_left_out_with_a_note(read):
    found = read(CSV)
    assert (found.entries[2].name, found.entries[2].imo) == ("BAD NUMBERS", ())
    assert [note.split(":")[0] for note in found.notes] == [
        "1 entries are no vessels and were left out",
        "line 4",
        "line 4",
        "line 4",
    ]


def test_vessels_of_sdn_xml_are_read_with_their_line(read):
    found = read(XML, "sdn.xml")
    (entry,) = found.entries
    assert (found.layout, found.lines) == ("ofac", (7,))
    assert (entry.imo, entry.mmsi, entry.call_sign) == ((9187629,), (572469210,), ("T2EU4",))
    assert (entry.name, entry.aliases, entry.former_names) == ("ARTAVIL", ("SHONA",), ("ABADEH",))
    assert (entry.type, entry.flag) == ("tanker", "IRN")
    assert entry.reason == "OFAC SDN 15036: IRAN, IFSR"
    assert found.persons == (
        (
            Person("owner", "Acme Inc."),
            Person("other", "NATIONAL IRANIAN TANKER COMPANY", "linked to"),
        ),
    )


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE s [<!ENTITY a "b">]><sdnList><sdnEntry/></sdnList>',
        '<!DOCTYPE s SYSTEM "http://192.0.2.1/x.dtd"><sdnList><sdnEntry/></sdnList>',
        "<sdnList>" + "<a>" * 1_000 + "</a>" * 1_000 + "</sdnList>",
        "<html><body>no list</body></html>",
        "<sdnList><sdnEntry>",
    ],
)
def test_xml_with_entities_too_deep_or_no_list_is_refused(read, text):
    with pytest.raises(RefusedFileError):
        read(text, "sdn.xml")


def test_a_formula_in_sdn_csv_is_refused(read):
    with pytest.raises(RefusedFileError, match="formula"):
        read(CSV.replace("EBANO", "=EBANO"))


@pytest.mark.parametrize(
    "text",
    [
        '306,220,"aka","NATIONAL BANK OF CUBA",-0- \r\n',
        '306,199,"Zweierstrasse 35","Zurich CH-8022","Switzerland",-0- \r\n',
        '<?xml version="1.0" encoding="utf-8"?>\n<Sanctions xmlns="http://x"><a/></Sanctions>',
        "<Sanctions><a/></Sanctions>",
    ],
    ids=["ALT.CSV", "ADD.CSV", "SDN_ADVANCED.XML", "without declaration"],
)
def test_ofacs_other_files_are_refused_with_what_is_read(read, text):
    with pytest.raises(
        RefusedFileError, match=r"^one of OFAC's [^\n]* expected SDN.CSV or SDN.XML"
    ):
        read(text)
