"""Which little words is each language made of?

A language is told by the share of its commonest words in a text. Close relatives share many; then
nobody can tell them apart by these words, and nobody should pretend to.
"""

__all__ = ["PROFILES", "VERSION"]

VERSION = 1
"""Which edition of the profiles this is."""

_WORDS = {
    "en": "the of and to a in is it that you was for on are with as his they be at one have this"
    " from or had by but not what all were we when your can said there an which do their if will"
    " how about out up them then these so some her would him has more could no than been who its"
    " my our please should does did just because i me am us any where get use",
    "de": "der die das und ist in zu den nicht von sie mit sich des auf für ein eine einen einem"
    " einer dem es an auch als bei nach aus wird sind wie im war hat haben ich wir er oder noch"
    " über um am vor zum zur bis kann durch nur wenn aber ihre ihr ihnen diese dieser dieses wurde"
    " werden mir mich uns bitte dann unter keine kein",
    "fr": "le la les de des du un une et est à en que qui dans pour pas sur au aux avec ce cette"
    " il elle ils je vous nous ne se son sa ses plus par mais ou où sont été être avoir fait si"
    " leur leurs comme tout votre vos notre nos mon ma mes cela ces très aussi bien peut sans même"
    " y j l d c n qu s",
    "es": "el la los las de del y en que es un una por para con no se lo al como más pero sus su le"
    " ya o este esta esto sí porque cuando muy sin sobre también me hasta hay donde quien desde"
    " todo nos durante todos uno les ni contra otros ese eso ante ellos usted yo mi qué fue está"
    " son tiene puede",
    "it": "il lo la i gli le di del della dei delle e è che un una in per con non si da al alla"
    " sono come più ma anche se mi ha ho nel nella questo questa suo sua o ci dal dalla sul sulla"
    " ai alle loro essere hai può stato quando dove chi cosa molto lei noi voi perché solo l d",
    "pt": "o a os as de do da dos das e em no na que é um uma para por com não se mais ao como mas"
    " foi ele ela seu sua ou ser quando muito há nos já está eu também só pelo pela até isso entre"
    " era depois sem mesmo aos ter seus quem nas me esse eles você essa num nem suas meu às minha"
    " são pode",
    "nl": "de het een en van in is dat op te niet zijn met voor er die aan ook als bij maar om dan"
    " wat hij ze zij we wij je u uw ik naar uit kan heeft hebben was worden wordt door over nog"
    " deze dit geen wel meer tot onder moet mijn ons onze haar hun kunt dus waar zo of",
    "sv": "och i att det som en på är av för med till den inte har de om ett var jag men han hon vi"
    " ni du kan från så eller när man också efter ut upp där vid hade nu ska din dina ditt mycket"
    " denna detta dem sig inom under över bara utan",
    "da": "og i at det en den til er som på de med han af for ikke der var mig sig men et har om vi"
    " min havde ham hun nu over da fra du ud sin dem os op man hans hvor eller hvad skal selv her"
    " alle vil blev kunne når være dog noget jeg dig din efter også",
    "pl": "i w nie na się z do to że jest o jak a po co ale tak za od przez przy dla jego jej ich"
    " ten ta tym tego czy może być było był są ma oraz lub który która które tylko już jeszcze"
    " bardzo mnie mi pan pani proszę gdy więc",
    "cs": "a v se na je že to s z do o i jako by za po pro ale jsem jsou byl byla bylo tak co když"
    " jak jeho její nebo podle už jen který která které není být má může vám vás mi si při až také"
    " však od ve ze k u",
    "tr": "ve bir bu da de için ile çok ama en gibi daha ne var o ki mi değil olarak kadar sonra her"
    " olan şey ben sen biz siz onun bunu neden veya ya hem yok oldu lütfen sizin benim göre"
    " önce ise",
    "id": "yang dan di untuk dengan pada ini itu dari dalam tidak adalah ke akan juga saya anda ada"
    " bisa atau sudah oleh karena kami mereka lebih dapat tersebut seperti telah hanya jika belum"
    " kita apa bagaimana",
    "ro": "și în de la a că nu este cu pe un o din pentru mai se sau sunt care ce am ai au dar fi"
    " prin după când dacă fost foarte dumneavoastră lui ei ne vă îmi mi le acest această doar cum",
    "fi": "ja on ei että se hän oli mutta ovat joka kun myös tai niin kuin voi sen vain ole tämä"
    " mitä jos olen sitä minun hänen olla sekä nyt jo kanssa te me he tämän siitä ne",
    "hu": "a az és hogy nem is egy ez de van meg csak már ha vagy volt mint még azt ezt aki ami"
    " után lehet kell minden pedig be ki el fel én ön köszönöm kérem hogyan mert nagyon",
}

PROFILES: dict[str, frozenset[str]] = {
    code: frozenset(words.split()) for code, words in _WORDS.items()
}
"""The commonest words of each language in Latin letters, in small letters."""
