import json

import pytest

from watchlist.entries import Person
from watchlist.errors import RefusedFileError

SIMPLE = (
    "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,"
    "program_ids,dataset,first_seen,last_seen,last_change\n"
    '"NK-1","Person","Ivan","",,"ru",,,,"+7 495 606 36 02",,,"eu_fsf",,,\n'
    '"NK-2","Vessel","ARTAVIL","SHONA;ABADEH",,"ir",,"IMO9187629;572469210;X-99",,,,'
    '"US-IRAN","us_ofac_sdn","2020-01-01","2026-01-01",\n'
)
MARITIME = (
    "type,caption,imo,risk,countries,flag,mmsi,id,url,datasets,aliases\n"
    '"VESSEL","VOLGONEFT-111","IMO8230663","mare.shadow;poi","kn;ru","ru","273436920",'
    '"imo-vsl-8230663","https://192.0.2.1/","ua_war_sanctions","VOLGO;NEFT"\n'
    '"VESSEL","TWO FLAGS","IMO9187629","sanction","","pa;ru","311001724;636024321","x","","",""\n'
    '"VESSEL","BAD","IMO1234568","sanction","","","","y","","",""\n'
    '"ORGANIZATION","ACME","IMO1234567","sanction","","","","z","","",""\n'
)


def test_vessels_of_targets_simple_csv_are_read(read):
    found = read(SIMPLE)
    (entry,) = found.entries
    assert found.layout == "opensanctions"
    assert (entry.imo, entry.mmsi, entry.name) == ((9187629,), (572469210,), "ARTAVIL")
    assert (entry.aliases, entry.flag) == (("SHONA", "ABADEH"), "")
    assert entry.reason == "OpenSanctions NK-2: US-IRAN"
    assert found.notes == ("1 entries are no vessels and were left out",)


def test_vessels_of_the_maritime_csv_are_read(read):
    found = read(MARITIME)
    volgoneft, two, bad = found.entries
    assert (volgoneft.imo, volgoneft.mmsi, volgoneft.flag) == ((8230663,), (273436920,), "RUS")
    assert volgoneft.aliases == ("VOLGO", "NEFT")
    assert "mare.shadow, poi, ua_war_sanctions" in volgoneft.reason
    assert (two.mmsi, two.flag) == ((311001724, 636024321), "")
    assert (bad.name, bad.imo) == ("BAD", ())
    assert any(note.startswith("line 4: imo left out") for note in found.notes)


def line(identifier, schema, **facts):
    return json.dumps({"id": identifier, "schema": schema, "properties": facts, "caption": None})


def test_entities_of_followthemoney_are_read_with_their_owners_apart(read):
    text = "\n".join(
        [
            line(
                "v1",
                "Vessel",
                name=["ARTAVIL"],
                imoNumber=["IMO9187629"],
                mmsi=["572469210"],
                callSign=["T2EU4"],
                flag=["ir"],
                alias=["SHONA"],
                previousName=["ABADEH"],
                type=["Crude Oil Tanker"],
                operator=[{"id": "p9", "caption": "NITC"}],
                topics=["sanction"],
            ),
            line("o1", "Ownership", owner=["c1"], asset=["v1"]),
            line("c1", "Company", name=["ACME LTD"]),
            "{broken",
        ]
    )
    found = read(text, "entities.ftm.json")
    (entry,) = found.entries
    assert (entry.imo, entry.mmsi, entry.call_sign) == ((9187629,), (572469210,), ("T2EU4",))
    assert (entry.aliases, entry.former_names) == (("SHONA",), ("ABADEH",))
    assert (entry.flag, entry.type) == ("IRN", "tanker")
    assert found.persons == ((Person("owner", "ACME LTD"), Person("operator", "NITC")),)
    assert [row.line for row in found.bad] == [4]


def test_an_entity_nested_too_deeply_refuses_the_file(read):
    deep = '{"schema": "Vessel", "properties": {"name": ' + "[" * 100_000 + "]" * 100_000 + "}}"
    with pytest.raises(RefusedFileError, match="nested too deeply"):
        read(deep, "entities.ftm.json")


def test_a_formula_refuses_the_file(read):
    with pytest.raises(RefusedFileError, match="formula"):
        read(MARITIME.replace("VOLGONEFT-111", "=1+1"))


def test_another_header_is_refused_where_the_layout_was_named(read):
    with pytest.raises(RefusedFileError, match="none of OpenSanctions"):
        read("mmsi,name\n247000001,A\n", layout="opensanctions")


def test_a_vessel_with_too_many_names_keeps_the_first_of_them(read):
    names = ";".join(f"N{i}" for i in range(150))
    found = read(MARITIME.replace("VOLGO;NEFT", names))
    assert found.bad == ()
    assert len(found.entries[0].aliases) == 100
    assert found.notes[1].startswith("line 2: aliases left out: 150 values")
