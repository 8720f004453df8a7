"""Public mail providers: domains that say nothing about who writes."""

#: Domains at which anyone can have an address: they say nothing about who writes.
PUBLIC_MAIL_DOMAINS = frozenset(
    """gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com yahoo.co.uk yahoo.de yahoo.fr
    icloud.com me.com aol.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de mail.com proton.me
    protonmail.com orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it tin.it alice.it ziggo.nl
    kpnmail.nl planet.nl telenet.be wp.pl o2.pl onet.pl interia.pl sapo.pt uol.com.br bol.com.br telia.com
    btinternet.com sky.com virginmedia.com comcast.net verizon.net att.net qq.com 163.com""".split()
)
