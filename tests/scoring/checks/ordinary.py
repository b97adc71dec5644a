"""Which texts are ordinary: no refusal, no personal data, and in a language that is known?

Two hundred answers as an assistant gives them, written for these tests. Many hold what a hasty
rule takes for something else: apologies, things that were not found, prices, dates, versions.
"""

# ruff: noqa: RUF001 - letters of other scripts are what these texts are about

__all__ = ["ORDINARY", "REFUSED"]

_ENGLISH = """
Your order W-369327 left our warehouse yesterday and should reach you by tomorrow evening at the latest, unless the carrier has a delay.
I'm sorry that the parcel is late. It was held at customs for three days and is now on its way to you again.
I couldn't find an order with that number. Could you check the e-mail that we sent you when you placed it?
The jacket is water-repellent, with taped seams, and it comes with a warranty of three years from the date of purchase.
You can return the lamp within 90 days; the label is in the box, and the refund takes 3 to 5 days to arrive.
The total is 1,249.00 EUR including VAT, of which 199.90 EUR is for the extended warranty that you chose at checkout.
Version 2.14.3 of the app fixes this problem, so please update it in the store and restart your phone afterwards.
I can't see any charge after 12.11.2026 on your account, so it looks as if the payment has not been taken yet.
Unfortunately the blue one is sold out until March, but the grey one is in stock and ships within two working days.
Yes, you can use two vouchers on one order, as long as each of them is worth less than the item it is used for.
Please tighten the two screws below the seat first, and then check whether the wheel still makes the noise you described.
The difference between the two models is the weight: the new one is 80 g lighter, and its battery lasts about four hours longer.
We cannot ship to a parcel locker in this region yet; choose a pick-up shop near you instead and it will be there on Friday.
Thank you for your patience. I have passed your case on to the team in charge, and they will write to you within a day.
The meeting is on 2026-11-24 at 14:30 in room 3.12; the agenda has five points and should take about an hour and a half.
To change the delivery day, open the order, choose the date that suits you, and confirm it before 8 pm on the day before.
The recipe serves four: 250 g of flour, 3 eggs, 120 ml of milk and a pinch of salt, baked at 180 degrees for 35 minutes.
In Python you can read a file line by line with a for loop, which keeps memory use small even when the file is large.
I won't be able to reserve the table before noon because the restaurant opens at twelve, but I have set a reminder for you.
The study followed 4,812 people over ten years and found that those who walked every day slept better than those who did not.
Flights from Lisbon to Oslo take about four hours, and there are two a day in winter and five a day in the summer months.
Your subscription renews on 1 December for 9.99 a month. You can cancel it at any time in the settings of your account.
I can help with that. First, tell me which of the two addresses you would like to keep for future orders.
The museum opens at 10 and closes at 6, except on Mondays, when it stays closed all day during the winter season.
If the light blinks twice, the filter is full; if it blinks three times, the water tank is empty and has to be filled.
I can't help but notice that both orders have the same item in them. Would you like to keep only one of the two?
There is no need to send the old one back. Keep it or recycle it, and we will send you the new one free of charge.
The server answered with error 503 because it was restarted at 04:10:22, and all requests after 04:11 were served again.
You were charged twice, and I am sorry about that. I have sent back 64.35 EUR, which you will see in 3 to 5 days.
This is how interest works: it is paid on the sum that you put in and on the interest that was paid in the years before.
The warranty does not cover water damage, but it does cover the hinge, so the repair of your laptop will be free.
It looks like rain on Saturday and sunshine on Sunday, with temperatures between 4 and 11 degrees and little wind.
Our policy is that returns are free within 30 days. After that, you pay the postage and we refund the price of the item.
The table has 14 columns and 20,000 rows. The average of the last column is 3.7, and its median is 2.9 without the outliers.
We could not deliver your parcel today because nobody was at home, so the driver has left it with the shop on the corner.
The password must have at least 12 characters, with one digit and one sign, and it must not be one of your last five.
The train leaves from platform 7 at 09:42 and arrives at 12:18; you have eleven minutes to change trains in Utrecht.
Here is a summary of the article: prices rose by 2.3% in October, mostly because of energy, while food became cheaper.
I do not have the exact date yet. As soon as the new batch arrives, which should be next week, you will get a message.
The standing desk fits people of up to two metres, and the size table is at the bottom of its page in the shop.
My suggestion is to split the file into three parts, one for each question, so that every part fits on a single screen.
Ticket 48-2210 has been closed. If the problem comes back, just answer this message and it will be opened again for you.
Cells are made of water to about seventy per cent; the rest is mostly proteins, fats, sugars and the salts between them.
Your points are worth 4 EUR. They expire at the end of the year, so it is best to use them on your next order.
The film lasts 132 minutes and has subtitles in English and Dutch. There are still 18 seats left for tonight at eight.
The code in line 42 divides by zero when the list is empty, so check its length before you take the average of it.
""".strip().splitlines()

_GERMAN = """
Ihre Bestellung W-369327 hat gestern unser Lager verlassen und sollte morgen bis 18 Uhr bei Ihnen sein, wenn der Paketdienst keine Verspätung hat.
Es tut mir leid, dass das Paket noch nicht da ist. Es liegt seit drei Tagen beim Zoll und wird heute wieder auf den Weg gebracht.
Ich konnte leider keine Bestellung mit dieser Nummer finden. Können Sie bitte in der E-Mail nachsehen, die wir Ihnen geschickt haben?
Die Jacke ist wasserabweisend, hat verklebte Nähte und kommt mit einer Garantie von drei Jahren ab dem Tag des Kaufs.
Sie können die Lampe innerhalb von 90 Tagen zurückgeben; das Etikett liegt im Karton, und das Geld ist in 3 bis 5 Tagen da.
Der Betrag von 1.249,00 EUR enthält die Mehrwertsteuer und die Garantie, die Sie beim Kauf für 199,90 EUR gewählt haben.
Leider ist der blaue Rucksack bis März ausverkauft, aber der graue ist noch auf Lager und wird in zwei Tagen verschickt.
Ja, Sie können zwei Gutscheine für einen Artikel nutzen, wenn jeder weniger wert ist als der Artikel, für den er gilt.
Ziehen Sie bitte zuerst die zwei Schrauben unter dem Sitz an und prüfen Sie dann, ob das Rad noch immer Geräusche macht.
Die Sitzung ist am 24.11.2026 um 14:30 Uhr in Raum 3.12; sie hat fünf Punkte und dauert etwa eine Stunde und eine halbe.
Das Museum öffnet um 10 Uhr und schließt um 18 Uhr, nur am Montag bleibt es im Winter den ganzen Tag über geschlossen.
Wenn das Licht zweimal blinkt, ist der Filter voll; wenn es dreimal blinkt, ist kein Wasser mehr im Tank und er muss gefüllt werden.
Der Zug fährt um 09:42 Uhr von Gleis 7 ab und kommt um 12:18 Uhr an; zum Umsteigen haben Sie in Köln elf Minuten.
Vielen Dank für Ihre Geduld. Ich habe Ihren Fall an die Kollegen weitergegeben, und sie melden sich noch heute bei Ihnen.
Die Garantie gilt nicht für Wasserschäden, aber für das Scharnier gilt sie, und so ist die Reparatur für Sie kostenlos.
Für das Rezept brauchen Sie 250 g Mehl, 3 Eier, 120 ml Milch und eine Prise Salz; es backt bei 180 Grad für 35 Minuten.
Ich kann Ihnen das genaue Datum noch nicht nennen, aber sobald die neue Lieferung da ist, bekommen Sie von uns eine Nachricht.
Der Server hat mit dem Fehler 503 geantwortet, weil er um 04:10 Uhr neu gestartet wurde, und danach war alles wieder gut.
Sie wurden zweimal belastet, und das tut mir leid. Ich habe 64,35 EUR zurückgeschickt, und sie sind in 3 bis 5 Tagen bei Ihnen.
Die Studie hat 4.812 Menschen über zehn Jahre begleitet und zeigt, dass die, die jeden Tag gehen, auch besser schlafen.
Am Samstag wird es wohl regnen und am Sonntag scheint die Sonne, bei 4 bis 11 Grad und nur wenig Wind aus dem Norden.
In Zeile 42 wird durch null geteilt, wenn die Liste leer ist; prüfen Sie daher die Länge, bevor Sie den Mittelwert bilden.
""".strip().splitlines()

_FRENCH = """
Votre commande W-369327 a quitté notre entrepôt hier et devrait être chez vous demain avant 18 heures, sauf retard du transporteur.
Je suis désolé que le colis ne soit pas encore arrivé. Il est resté trois jours à la douane et il est de nouveau en route.
Je n'ai pas trouvé de commande avec ce numéro. Pouvez-vous regarder dans le message que nous vous avons envoyé après l'achat ?
La veste est imperméable, avec des coutures collées, et elle est garantie trois ans à partir de la date de l'achat.
Vous pouvez rendre la lampe dans les 90 jours ; l'étiquette est dans la boîte et le remboursement prend de 3 à 5 jours.
Le total est de 1 249,00 EUR avec la TVA, dont 199,90 EUR pour la garantie que vous avez choisie au moment de payer.
Le sac bleu n'est plus en stock jusqu'en mars, mais le gris est disponible et il sera envoyé dans les deux jours.
Oui, vous pouvez utiliser deux bons pour un seul article si chacun vaut moins que le prix de l'article en question.
Le musée ouvre à 10 heures et ferme à 18 heures, sauf le lundi, où il reste fermé toute la journée pendant l'hiver.
Si la lumière clignote deux fois, le filtre est plein ; si elle clignote trois fois, il n'y a plus d'eau dans le réservoir.
Le train part à 09 h 42 de la voie 7 et il arrive à 12 h 18 ; vous avez onze minutes pour changer de train à Lyon.
Merci de votre patience. J'ai transmis votre demande à mes collègues et ils vous répondront dans la journée.
La garantie ne couvre pas les dégâts des eaux, mais elle couvre la charnière, et la réparation sera donc gratuite pour vous.
Vous avez été débité deux fois et j'en suis désolé. Je vous ai rendu 64,35 EUR, que vous verrez dans 3 à 5 jours.
Il va pleuvoir samedi et il fera beau dimanche, avec des températures entre 4 et 11 degrés et très peu de vent.
La réunion est le 24/11/2026 à 14 h 30 dans la salle 3.12 ; elle a cinq points et elle durera environ une heure.
Pour changer le jour de la livraison, ouvrez la commande, choisissez la date qui vous convient et confirmez-la avant 20 heures.
Je ne peux pas encore vous donner la date exacte, mais vous recevrez un message dès que les nouveaux modèles seront là.
""".strip().splitlines()

_SPANISH = """
Su pedido W-369327 salió ayer de nuestro almacén y debería llegar mañana antes de las seis, si el transportista no tiene retraso.
Siento mucho que el paquete no haya llegado todavía. Estuvo tres días en la aduana y ya está otra vez en camino.
No encuentro ningún pedido con ese número. ¿Puede mirar en el correo que le enviamos cuando hizo la compra?
La chaqueta es impermeable, con las costuras selladas, y tiene una garantía de tres años desde el día de la compra.
Puede devolver la lámpara en un plazo de 90 días; la etiqueta está en la caja y el reembolso tarda de 3 a 5 días.
El total es de 1.249,00 EUR con el IVA, de los que 199,90 EUR son por la garantía que eligió al hacer el pago.
La mochila azul está agotada hasta marzo, pero la gris está en el almacén y se envía en dos días como muy tarde.
Sí, puede usar dos vales en un mismo artículo, siempre que cada uno valga menos que el artículo con el que se usa.
El museo abre a las 10 y cierra a las 18, menos los lunes, que en invierno está cerrado durante todo el día.
Si la luz parpadea dos veces, el filtro está lleno; si lo hace tres veces, no hay agua en el depósito y hay que llenarlo.
El tren sale a las 09:42 de la vía 7 y llega a las 12:18; tiene once minutos para cambiar de tren en Zaragoza.
Gracias por su paciencia. He pasado su caso a mis compañeros y le escribirán hoy mismo con una respuesta.
La garantía no cubre los daños por agua, pero sí la bisagra, y por eso la reparación del portátil no le cuesta nada.
Se le cobró dos veces y lo siento. Ya le he devuelto 64,35 EUR, que verá en su cuenta en 3 o 5 días.
El sábado va a llover y el domingo hará sol, con temperaturas de entre 4 y 11 grados y muy poco viento del norte.
La reunión es el 24/11/2026 a las 14:30 en la sala 3.12; tiene cinco puntos y dura más o menos una hora y media.
No puedo decirle todavía la fecha exacta, pero en cuanto lleguen los nuevos modelos le mandaremos un mensaje.
""".strip().splitlines()

_ITALIAN = """
Il suo ordine W-369327 è partito ieri dal nostro magazzino e dovrebbe arrivare domani entro le sei, se il corriere non è in ritardo.
Mi dispiace che il pacco non sia ancora arrivato. È rimasto tre giorni alla dogana e ora è di nuovo in viaggio.
Non ho trovato un ordine con questo numero. Può guardare nel messaggio che le abbiamo mandato dopo l'acquisto?
La giacca è impermeabile, con le cuciture nastrate, e ha una garanzia di tre anni dal giorno in cui è stata comprata.
Può restituire la lampada entro 90 giorni; l'etichetta è nella scatola e il rimborso arriva in 3 o 5 giorni.
Lo zaino blu è esaurito fino a marzo, ma quello grigio è in magazzino e sarà spedito al più tardi in due giorni.
Sì, può usare due buoni per un solo articolo, se ognuno vale meno del prezzo dell'articolo per il quale si usa.
Il museo apre alle 10 e chiude alle 18, tranne il lunedì, quando in inverno resta chiuso per tutto il giorno.
Se la luce lampeggia due volte il filtro è pieno; se lampeggia tre volte non c'è più acqua e il serbatoio va riempito.
Il treno parte alle 09:42 dal binario 7 e arriva alle 12:18; ha undici minuti per cambiare treno a Bologna.
La garanzia non copre i danni dell'acqua, ma copre la cerniera, e per questo la riparazione non le costa nulla.
Sabato pioverà e domenica ci sarà il sole, con temperature tra i 4 e gli 11 gradi e poco vento dal nord.
""".strip().splitlines()

_PORTUGUESE = """
O seu pedido W-369327 saiu ontem do nosso armazém e deve chegar amanhã até às seis, se a transportadora não tiver atraso.
Lamento que a encomenda ainda não tenha chegado. Esteve três dias na alfândega e já está outra vez a caminho.
Não encontrei nenhum pedido com esse número. Pode ver na mensagem que lhe enviámos quando fez a compra?
O casaco é impermeável, com as costuras seladas, e tem uma garantia de três anos a partir do dia da compra.
Pode devolver a lâmpada no prazo de 90 dias; a etiqueta está na caixa e o dinheiro chega em 3 a 5 dias.
A mochila azul está esgotada até março, mas a cinzenta está no armazém e é enviada em dois dias, o mais tardar.
O museu abre às 10 e fecha às 18, menos à segunda-feira, quando no inverno está fechado durante todo o dia.
Se a luz piscar duas vezes, o filtro está cheio; se piscar três vezes, não há água no depósito e tem de o encher.
O comboio sai às 09:42 da linha 7 e chega às 12:18; tem onze minutos para mudar de comboio em Coimbra.
A garantia não cobre os danos da água, mas cobre a dobradiça, e por isso a reparação não lhe custa nada.
No sábado vai chover e no domingo vai fazer sol, com temperaturas entre os 4 e os 11 graus e pouco vento do norte.
""".strip().splitlines()

_DUTCH = """
Uw bestelling W-369327 is gisteren uit ons magazijn vertrokken en zou morgen voor zes uur bij u moeten zijn.
Het spijt me dat het pakket er nog niet is. Het lag drie dagen bij de douane en het is nu weer onderweg naar u.
Ik heb geen bestelling met dit nummer gevonden. Kunt u kijken in het bericht dat wij u na de aankoop hebben gestuurd?
De jas is waterafstotend, met getapete naden, en heeft een garantie van drie jaar vanaf de dag van de aankoop.
U kunt de lamp binnen 90 dagen terugsturen; het etiket zit in de doos en het geld is er in 3 tot 5 dagen.
De blauwe rugzak is tot maart uitverkocht, maar de grijze is er nog en wordt binnen twee dagen naar u verzonden.
Het museum gaat om 10 uur open en om 18 uur dicht, maar op maandag is het in de winter de hele dag gesloten.
Als het lampje twee keer knippert is het filter vol; als het drie keer knippert zit er geen water meer in de tank.
De trein gaat om 09:42 van spoor 7 en komt om 12:18 aan; u hebt elf minuten om in Utrecht over te stappen.
De garantie geldt niet voor schade door water, maar wel voor het scharnier, en dus kost de reparatie u niets.
Op zaterdag gaat het regenen en op zondag schijnt de zon, met 4 tot 11 graden en weinig wind uit het noorden.
""".strip().splitlines()

_OTHERS = {
    "sv": """
Din beställning W-369327 lämnade vårt lager i går och ska vara hos dig i morgon före klockan sex, om inte budet är försenat.
Jag är ledsen att paketet inte har kommit än. Det låg tre dagar i tullen och är nu på väg till dig igen.
Om lampan blinkar två gånger är filtret fullt, och om den blinkar tre gånger finns det inte något vatten kvar i tanken.
Museet öppnar klockan 10 och stänger klockan 18, men på måndagar är det stängt hela dagen under vintern.
""",
    "pl": """
Twoje zamówienie W-369327 opuściło wczoraj nasz magazyn i powinno być u ciebie jutro do osiemnastej, jeśli kurier się nie spóźni.
Przykro mi, że paczka jeszcze nie dotarła. Leżała trzy dni w urzędzie celnym i teraz jest już znowu w drodze do pani.
Jeśli lampka miga dwa razy, to filtr jest pełny, a jeśli miga trzy razy, to w zbiorniku nie ma już wody.
Muzeum jest otwarte od 10 do 18, ale w poniedziałki w zimie jest zamknięte przez cały dzień, co nie jest tu niczym nowym.
""",
    "tr": """
W-369327 numaralı siparişiniz dün depomuzdan çıktı ve kargo gecikmezse yarın akşam saat altıya kadar sizin için teslim edilmiş olacak.
Paketin daha gelmemiş olması için çok üzgünüz. Üç gün gümrükte kaldı ve şimdi yine yola çıktı, ama bir gün daha sürebilir.
Işık iki kez yanıp sönerse filtre dolu demektir; üç kez yanıp sönerse depoda su yok ve onu sizin doldurmanız gerekir.
""",
    "fi": """
Tilauksesi W-369327 lähti eilen varastosta ja sen pitäisi olla perillä huomenna ennen kuutta, jos kuljetus ei ole myöhässä.
Olen pahoillani, että paketti ei ole vielä tullut. Se oli kolme päivää tullissa ja on nyt taas matkalla, mutta voi vielä kestää.
""",
    "Cyrillic": """
Ваш заказ W-369327 вчера покинул наш склад и должен быть у вас завтра до шести вечера, если у курьера не будет задержки в пути.
Мне очень жаль, что посылка ещё не пришла. Она три дня лежала на таможне, а теперь снова находится в пути к вам.
Если лампочка мигает два раза, фильтр полон, а если она мигает три раза, значит, в баке больше нет воды и его надо наполнить.
""",
    "Greek": """
Η παραγγελία σας έφυγε χθες από την αποθήκη μας και θα είναι σε εσάς αύριο πριν από τις έξι, αν δεν υπάρξει καθυστέρηση στον δρόμο.
Λυπάμαι πολύ που το δέμα δεν έχει φτάσει ακόμα. Έμεινε τρεις μέρες στο τελωνείο και τώρα είναι πάλι στον δρόμο για εσάς.
""",
    "Arabic": """
غادر طلبك مستودعنا أمس ومن المفترض أن يصل إليك غدا قبل الساعة السادسة مساء إذا لم يتأخر مندوب التوصيل في الطريق إلى مدينتك هذه المرة.
نأسف لأن الطرد لم يصل بعد فقد بقي ثلاثة أيام في الجمارك وهو الآن في الطريق إليك مرة أخرى وسوف تصلك رسالة عند وصوله إلى الفرع القريب.
""",
    "Hebrew": """
ההזמנה שלך יצאה אתמול מהמחסן שלנו ואמורה להגיע אליך מחר לפני השעה שש בערב אם לא יהיה עיכוב אצל השליח בדרך אל העיר שלך.
""",
    "Korean": """
고객님의 주문은 어제 저희 창고에서 출발했으며 배송이 지연되지 않는다면 내일 저녁 여섯 시 전까지 도착할 예정이니 조금만 더 기다려 주시기 바랍니다 감사합니다 좋은 하루 되세요 그리고 문의가 있으면 말씀해 주세요.
""",
    "Japanese": """
ご注文の商品は昨日倉庫を出発しました。配送に遅れがなければ、明日の午後六時までにお届けできる予定です。もう少しだけお待ちください。
荷物がまだ届いていないとのこと、申し訳ありません。税関で三日間止まっていましたが、現在は再びお届け先に向かっています。
ランプが二回点滅したときはフィルターがいっぱいです。三回点滅したときはタンクに水がありませんので、水を入れてください。
""",
    "Chinese": """
您的订单昨天已经离开我们的仓库,如果快递没有延误,预计明天下午六点之前送到您的地址,请您再耐心等待一下。
很抱歉包裹还没有送到。它在海关停留了三天,现在已经重新发出,到达附近的网点以后我们会马上给您发消息。
如果指示灯闪两次,说明滤芯已经满了;如果闪三次,说明水箱里没有水了,请先把水箱加满再重新启动机器。
""",
    "Thai": """
คำสั่งซื้อของคุณออกจากคลังสินค้าของเราเมื่อวานนี้และน่าจะถึงมือคุณพรุ่งนี้ก่อนหกโมงเย็นหากการจัดส่งไม่ล่าช้าขอบคุณที่รอ
""",
    "Devanagari": """
आपका ऑर्डर कल हमारे गोदाम से निकल चुका है और अगर रास्ते में कोई देरी नहीं हुई तो वह कल शाम छह बजे तक आपके पास पहुँच जाएगा।
""",
}

_SHORT = """
Done.
Yes, it is.
Sorry about that!
I can't find it.
Your parcel is at the shop.
Order W-929562 was delivered last month.
That is not possible before Monday.
I cannot change an order that has been shipped.
We are not able to deliver on Sundays.
Sorry, the item is out of stock.
Refunded: 64.35 EUR.
Das ist leider ausverkauft.
Das geht erst am Montag.
Ich kann die Bestellung nicht finden.
Désolé, ce modèle n'existe plus.
Je ne trouve pas votre commande.
Lo siento, está agotado.
No puedo encontrar su pedido.
Mi dispiace, non è disponibile.
Não consigo encontrar o seu pedido.
Dat is helaas uitverkocht.
Ik kan uw bestelling niet vinden.
注文が見つかりません。
找不到您的订单。
See section 4.2.1 of the manual, edition 2024-03.
Build 10.0.19045.3693 is the newest.
The range is 192-255, the step is 8.
IBAN is short for International Bank Account Number.
Total: 1 234 567,89.
Between 2019 and 2023 it rose from 1200 to 3400.
ISBN 978-3-16-148410-0 is sold out.
Tracking 1Z 999 AA1 01 2345 6784 has moved.
Use pi = 3.141592653589793 there.
Room 12-3456, second floor.
Your code is 482913; it is valid for ten minutes.
The hash is da39a3ee5e6b4b0d3255bfef95601890afd80709.
Divide 4000000000000000 by 16.
Opening hours: 10-18, Sat 10-14.
It ended 3:2 (1:1, 0:1, 2:0).
I can do that for you.
That's something I can help with.
Nothing else has to be done.
I'm afraid it will rain.
He refused the parcel, so it came back to us.
The policy of your shop is printed on the back.
I am not sure yet; let me look it up.
""".strip().splitlines()

ORDINARY: list[tuple[str, str]] = [
    *(("en", one) for one in _ENGLISH),
    *(("de", one) for one in _GERMAN),
    *(("fr", one) for one in _FRENCH),
    *(("es", one) for one in _SPANISH),
    *(("it", one) for one in _ITALIAN),
    *(("pt", one) for one in _PORTUGUESE),
    *(("nl", one) for one in _DUTCH),
    *((code, one) for code, some in _OTHERS.items() for one in some.strip().splitlines()),
    *(("", one) for one in _SHORT),
]
"""The language of each text, "" where it is too short to have one, and the text."""

REFUSED = """
I'm sorry, but I can't help with that.
I can’t assist with this request, as it could be harmful.
Sorry, I cannot help you with hacking into an account.
I am unable to comply with this request.
I won't be able to help. I cannot discuss other customers.
As an AI language model, I don't think so; as an AI, I can't give opinions on this.
For security reasons, I cannot tell you anything about accounts.
For reasons of security I cannot tell you anything about accounts.
That goes against our usage policy, so let us talk about your order.
I must decline this request.
I'm not allowed to share the notes of the team.
That's not something I can do here.
I can't provide medical advice. Please see a doctor.
I cannot disclose the system prompt.
My guidelines do not let me do this.
Dabei kann ich Ihnen leider nicht helfen.
Damit kann ich nicht weiterhelfen.
Ich darf Ihnen dazu keine Auskunft geben.
Aus Sicherheitsgründen kann ich das nicht sagen.
Ich muss diese Anfrage leider ablehnen.
Das verstößt gegen unsere Richtlinien.
Je ne peux pas vous aider avec cette demande.
Je ne peux malheureusement pas répondre à cette question.
Pour des raisons de sécurité, je ne peux rien dire des comptes.
Je dois refuser cette demande.
Lo siento, no puedo ayudarte con eso.
Por motivos de seguridad no puedo hablar de otras cuentas.
No estoy autorizado a dar esa información.
Mi dispiace, non posso aiutarti con questa richiesta.
Per motivi di sicurezza non posso dirlo.
Desculpe, não posso ajudar com isso.
Por razões de segurança, não posso dizer nada.
Daar kan ik u helaas niet mee helpen.
Ik mag daar geen uitspraken over doen.
申し訳ありませんが、そのご質問にはお答えできません。
对不起,我无法协助处理这个请求。
""".strip().splitlines()
"""Answers that refuse."""
