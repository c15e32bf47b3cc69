"""Answers by language: refusals, and friendly words that look like them."""

GUILTY = {
    "English": "STOP it now please|please don't text me again|Please dont text me|DO NOT CONTACT ME|wrong number"
    "|Wrong person, sorry|who is this?|unsubscribe me|Unsubscribed!|opt me out|opt-out|I'm opting out"
    "|remove me from your list|take me off this list|take my name off your list|leave me alone"
    "|never text me again|no more messages please|quit texting|not interested|stop at once|lose my number"
    "|this is spam|stop harassing me|I don’t want any more texts|I don't want to be contacted"
    "|do not ever call this number|I will report you|no thanks|delete my number|don't\nmessage me|go away"
    "|This is no longer her number|stop, stop, stop|Can you stop texting me?"
    "|I can't stop you, but stop texting",
    "Spanish": "No me escriban más|Por favor deje de enviarme mensajes|no quiero recibir más mensajes|Número equivocado"
    "|Se ha equivocado de número|Está equivocado de persona"
    "|bórreme de la lista|Quiero darme de baja|Dame de baja por favor|No me interesa|¿Quién eres?"
    "|¡Ya basta!|no gracias|No más|no más mensajes por favor",
    "French": "Ne m'écrivez plus|Arrêtez de m'envoyer des messages|je ne veux plus recevoir vos sms|Mauvais numéro"
    "|Supprimez-moi de votre liste|plus de messages svp|Pas intéressé|Laissez-moi tranquille"
    "|non merci|Ne m’appelez plus|n'écrivez plus|ne plus recevoir|Arrêtez svp",
    "German": "Schreiben Sie mir nicht mehr|keine Nachrichten mehr bitte|Falsche Nummer|Bitte löschen Sie meine Nummer"
    "|Melden Sie mich bitte ab|ich möchte nicht mehr kontaktiert werden|kein Interesse|Hören Sie auf|Lass mich in Ruhe"
    "|Nein danke|Wer ist das?|Ich will keine Werbung|Stopp bitte|Abmelden bitte|löschen|bitte austragen",
    "Portuguese": "Não me mande mais mensagens|pare de me enviar isso"
    "|não quero receber mensagens|Número errado"
    "|remova meu número|me tirem da lista|Não tenho interesse|Quem é você?"
    "|me deixem em paz|Não envie mais",
    "Italian": "Non scrivetemi più|smettetela di scrivermi, basta messaggi"
    "|non voglio ricevere messaggi|Numero sbagliato"
    "|cancellatemi dalla lista"
    "|Non mi interessa|No grazie|Lasciatemi in pace|avete sbagliato persona|Chi siete?|Smettetela!",
    "Dutch": "Stuur me geen berichten meer|geen sms meer aub|Verkeerd nummer|Verwijder mijn nummer|Schrijf me uit"
    "|ik wil geen berichten meer|Geen interesse|Laat me met rust|Hou op|Nee, bedankt|wie is dit?",
}
INNOCENT = {
    "English": "don't worry, will do|can't stop smiling, great stay|couldn't stop laughing"
    "|I cannot stop recommending you|I never got the link|Thanks!|Great service, 5 stars"
    "|will stop by again next week|we love stopping in|the bus stop is right outside, very handy"
    "|your mail went to spam but I found it|it was in my spam folder|no thanks needed, happy to help"
    "|The link does not work|Which site?|I left one on Google|Done 👍|never better"
    "|You never stop amazing us|a one-stop shop|Who did the work again?|Don't change a thing|yes",
    "Spanish": "¡Excelente servicio!|No dejen de visitarlo, es genial|no me llegó el enlace|Todo perfecto, gracias"
    "|Bajamos a la playa, muy bien|Ya dejé mi reseña|No hay de qué|No más que decir: diez|Nunca me enviaron la factura",
    "French": "Merci beaucoup, c'était parfait|L'arrêt de bus est juste devant|Je n'arrête pas de le recommander"
    "|Le lien ne marche pas|Ne changez rien !|Ne vous arrêtez pas, c'est parfait"
    "|Très bien, rien à dire|J'ai laissé un avis",
    "German": "Vielen Dank, alles super|Der Link geht nicht|Ich höre nicht auf, Sie zu empfehlen|Gern geschehen"
    "|Ich habe keine Mail bekommen|Falls Sie Fragen haben, rufen Sie an|Das Zimmer war ruhig|Zwischenstopp mit Freude"
    "|Nichts zu meckern",
    "Portuguese": "Ótimo atendimento, obrigado|O link não funciona|Não deixem de visitar|Parabéns a todos"
    "|Não me mandaram a nota|Já avaliei|Tudo certo",
    "Italian": "Tutto perfetto, grazie|Il link non funziona|Non mi hanno mandato la fattura|Bravissimi|Ci torneremo"
    "|Non smetteremo di venire|Ho già scritto la recensione",
    "Dutch": "Alles was prima, dank u|De link werkt niet|Ik heb geen mail ontvangen|Graag gedaan|Tot de volgende keer"
    "|De bushalte is dichtbij|Niets op aan te merken",
}
