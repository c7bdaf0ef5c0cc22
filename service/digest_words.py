"""The words of digests in English, Italian and Greek; every language has the same keys."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "daily": "Daily digest",
        "weekly": "Weekly digest",
        "heartbeat": "Vedetta is running",
        "exercise": "EXERCISE",
        "covers": "{office}: from {since} to {until}",
        "told": "Alerts told to this office: {number}",
        "lane": "{lane}: {number}, of which {open} still open",
        "waiting": "Nobody has acknowledged yet",
        "held": "Held back beyond the hour's budget, not told before",
        "taken_back": "Retracted since a digest told them",
        "retracted": "retracted: {line}",
        "rescues": "{number} rescue alerts in one message",
        "rescues_back": "{number} retracted",
        "why_rescues": "More rescue alerts than one message each. A true one may be among forged "
        "ones: look at every line.",
        "nothing": "Nothing was told to this office in this time.",
        "more": "and {number} more",
        "dead": "Messages that could not be delivered: {number}. See «vedetta deliveries list».",
        "feeds": "Feeds",
        "feed": "{name}: {state}",
        "feeds_unknown": "not known: the ingest has not reported for more than {minutes} min",
        "verdicts": "Verdicts of people on finished alerts: {true} true, {false} false alarm, "
        "{explained} explained",
        "uncovered": "Nobody is on duty",
        "unseen": "Most small boats carry no AIS. That nothing is told does not mean that nobody "
        "is in danger. Where we can hear is on the map.",
        "link": "After sign-in",
    },
    "it": {
        "daily": "Riepilogo giornaliero",
        "weekly": "Riepilogo settimanale",
        "heartbeat": "Vedetta è in funzione",
        "exercise": "ESERCITAZIONE",
        "covers": "{office}: dal {since} al {until}",
        "told": "Allarmi comunicati a questo ufficio: {number}",
        "lane": "{lane}: {number}, di cui ancora aperti {open}",
        "waiting": "Nessuno li ha ancora presi in carico",
        "held": "Trattenuti oltre il limite orario, non ancora comunicati",
        "taken_back": "Ritirati dopo essere stati comunicati in un riepilogo",
        "retracted": "ritirato: {line}",
        "rescues": "{number} allarmi di soccorso in un solo messaggio",
        "rescues_back": "{number} ritirati",
        "why_rescues": "Troppi allarmi di soccorso per un messaggio ciascuno. Tra quelli falsi "
        "può essercene uno vero: guardare ogni riga.",
        "nothing": "In questo periodo non è stato comunicato nulla a questo ufficio.",
        "more": "e altri {number}",
        "dead": "Messaggi non recapitati: {number}. Vedi «vedetta deliveries list».",
        "feeds": "Sorgenti",
        "feed": "{name}: {state}",
        "feeds_unknown": "non note: la ricezione non dà notizie da più di {minutes} min",
        "verdicts": "Giudizi sugli allarmi chiusi: {true} veri, {false} falsi allarmi, "
        "{explained} spiegati",
        "uncovered": "Nessuno in servizio",
        "unseen": "Le piccole imbarcazioni raramente hanno l'AIS. L'assenza di allarmi non "
        "significa che nessuno sia in pericolo. La copertura è sulla mappa.",
        "link": "Dopo l'accesso",
    },
    "el": {
        "daily": "Ημερήσια σύνοψη",
        "weekly": "Εβδομαδιαία σύνοψη",
        "heartbeat": "Το Vedetta λειτουργεί",
        "exercise": "ΑΣΚΗΣΗ",
        "covers": "{office}: από {since} έως {until}",
        "told": "Συναγερμοί προς αυτό το γραφείο: {number}",
        "lane": "{lane}: {number}, ακόμη ανοικτοί {open}",
        "waiting": "Κανείς δεν τους έχει αναλάβει ακόμη",
        "held": "Κρατήθηκαν πέρα από το ωριαίο όριο, δεν έχουν ανακοινωθεί",
        "taken_back": "Ανακλήθηκαν αφού είχαν ανακοινωθεί σε σύνοψη",
        "retracted": "ανακλήθηκε: {line}",
        "rescues": "{number} συναγερμοί διάσωσης σε ένα μήνυμα",
        "rescues_back": "{number} ανακλήθηκαν",
        "why_rescues": "Πάρα πολλοί συναγερμοί διάσωσης για ένα μήνυμα τον καθένα. Ανάμεσα σε "
        "πλαστούς μπορεί να υπάρχει ένας αληθινός: δείτε κάθε γραμμή.",
        "nothing": "Σε αυτό το διάστημα δεν ανακοινώθηκε τίποτα σε αυτό το γραφείο.",
        "more": "και άλλοι {number}",
        "dead": "Μηνύματα που δεν παραδόθηκαν: {number}. Βλ. «vedetta deliveries list».",
        "feeds": "Πηγές",
        "feed": "{name}: {state}",
        "feeds_unknown": "άγνωστες: η λήψη δεν έχει αναφέρει για πάνω από {minutes} λεπτά",
        "verdicts": "Κρίσεις για κλειστούς συναγερμούς: {true} αληθείς, {false} ψευδείς, "
        "{explained} εξηγήθηκαν",
        "uncovered": "Κανείς σε υπηρεσία",
        "unseen": "Τα περισσότερα μικρά σκάφη δεν έχουν AIS. Ότι δεν ανακοινώνεται τίποτα δεν "
        "σημαίνει ότι κανείς δεν κινδυνεύει. Η κάλυψη φαίνεται στον χάρτη.",
        "link": "Μετά τη σύνδεση",
    },
}
