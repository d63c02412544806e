"""How edits are worded, in English and French: patterns over folded text."""

from __future__ import annotations

import re

from kinora.prompt.words.numerals import NUMBER

MUCH = r"much|a lot|far|way|a great deal|significantly|beaucoup|bien|nettement"
LITTLE = (
    r"(?:just )?a (?:little|tiny|wee )?(?:bit)?|slightly|somewhat|un (?:tout petit )?peu|legerement"
)
TIMES = (
    rf"(?P<twice>twice|two times|deux fois|double)|(?P<thrice>three times|trois fois)"
    rf"|(?P<half>half|moitie)|(?P<n>{NUMBER})\s?(?:x|times|fois)"
)
LEVEL = rf"(?:(?:(?P<much>{MUCH})|(?P<little>{LITTLE})|{TIMES})\s+)?"
SLOWER = (
    r"slower|more slowly|less (?:fast|quickly|quick)|as slow(?:ly)?|at half (?:the )?speed"
    r"|slow(?: (?:it|this|that|everything))? down(?: (?:it|this|everything))?|slow down"
    r"|(?<!au )(?<!super )(?<!ultra )(?<!tres )ralenti[rsz]?(?:ssez)?"
    r"|plus (?:lent(?:e|es|s|ement)?|doucement)"
    r"|moins (?:vite|rapide(?:ment|s)?)"
)
FASTER = (
    r"faster|quicker|more quickly|less slow(?:ly)?|as (?:fast|quick(?:ly)?)"
    r"|speed(?: (?:it|this|that|everything))? up|(?<!en )accelere[rz]?"
    r"|plus (?:vite|rapide(?:ment|s)?)|moins lent\w*"
)
LARGER = (
    r"further|farther|wider|bigger|larger|stronger|harder"
    r"|heavier|denser|thicker|rougher|livelier"
    r"|as (?:far|much|many|wide|strong|big|large|high|deep)"
    r"|more (?:pronounced|dramatic|intense|strongly)"
    r"|plus (?:loin|grande?|ample|large|forte?|marquee?|prononcee?|haut|profond|intense)s?"
    r"|plus (?:dense|epais(?:se)?|agitee?)s?|davantage|more(?! \w+ly)|plus(?= de )"
)
SMALLER = (
    r"less far|smaller|subtler|gentler|weaker|milder|calmer|thinner|lighter(?= \w)"
    r"|more (?:subtle|subtly|gentle|gently|discreet)"
    r"|less (?:pronounced|dramatic|intense|strong)|less|fewer"
    r"|plus calmes?|moins (?:dense|epais(?:se)?|agitee?)s?"
    r"|moins (?:loin|grande?|ample|large|forte?|marquee?|prononcee?|haut|intense)s?"
    r"|plus (?:subtil|discret|leger|petit|doux|subtile|discrete|legere|petite|douce)s?"
    r"|moins(?= de | d'| \w+(?:er|ir)\b)"
)
SPEED = re.compile(rf"\b{LEVEL}(?:(?P<down>{SLOWER})|(?P<up>{FASTER}))\b")
AMOUNT = re.compile(rf"\b{LEVEL}(?:(?P<down>{SMALLER})|(?P<up>{LARGER}))\b")
SHORT_AMOUNT = re.compile(
    r"^(?P<word>double|doublez?|triple[rz]?|halve|reduce|reduis|reduisez|diminue[rz]?|increase"
    r"|augmente[rz]?|strengthen|weaken)\b"
)
_NAMED = (
    r"(?:(?:the|her|his|its|their|it|this|that|everything|le|la|les|son|sa|ses|tout|ca)\b|l').*"
)
#: "calm down the waves", « adoucis la lumière »; "calm music" and "tone: warm" order no less.
SOFTEN = re.compile(
    r"(?:calm|tone)\s+down(?:\s+(?P<all>.+))?|(?:calm|tone)\s+(?P<down>.+?)\s+down"
    rf"|(?:calm|tone|calme[rz]?)\s+(?P<named>{_NAMED})"
    r"|(?:soften|adouci(?:s|r|ssez)|attenue[rz]?)(?:\s+(?P<soft>.+))?"
)
SHORT_FACTORS = {"doub": 2.0, "trip": 3.0, "halv": 0.5, "incr": 1.5, "augm": 1.5, "stre": 1.5}
GLUE = re.compile(
    r"\b(?:make|made|let|have|keep|go|goes|going|it|this|that|everything|should|could|can|please|but"
    r"|be|is|much|and|also|just|only|movement|moves?|motion|camera|speed|clip|shot|video|all|mais"
    r"|rends?|rendez|fais|faites|soit|est|va|tout|et|aussi|mouvements?|la camera|vitesse|plan|le|la"
    r"|les|the|of|de|du|des|l'|than|at|a|que|by)\b|[^\w\s]"
)
SAME = re.compile(
    r"(?:(?:keep|leave)\s+(?:everything|all|the rest|it|things|the (?:camera|moves?))(?: else)?"
    r"(?:\s+(?:exactly |just )?(?:the same|as (?:it )?(?:is|was)|unchanged|identical))?"
    r"|(?:the )?(?:exact(?:ly)? )?same(?: (?:shot|clip|video|moves?|movement|thing|camera|scene"
    r"|again|as before))*"
    r"|(?:everything|all|the rest)(?: else)? (?:stays?|remains?)"
    r"(?: (?:exactly )?(?:the same|unchanged|identical|as (?:it )?(?:is|was)|put))?"
    r"|(?:everything|all) else (?:the same|unchanged|identical)"
    r"|(?:don't|do not) change anything(?: else)?|nothing else changes?"
    r"|(?:le |la )?meme (?:plan|clip|video|chose|mouvement|scene)(?: qu'avant)?"
    r"|garde[rz]? (?:tout(?: le reste)?|le reste)(?: (?:pareil|identique|tel quel))?"
    r"|(?:tout )?le reste (?:est |reste )?(?:identique|pareil|inchange|le meme)|pareil|identique"
    r"|tout (?:le reste )?reste(?: (?:identique|pareil|inchange|tel quel|comme avant))?"
    r"|(?:just )?(?:like|as) before|comme avant|please|s'il (?:te|vous) plait)"
)
VERB_REMOVE = (
    r"(?:and |but |et |mais )?(?:please )?(?:remove|delete|drop|lose|cut(?: out)?|get rid of"
    r"|take (?:out|away|off)|leave out|skip|without|no more|no|stop|don't|do not|enleve[rz]?"
    r"|retire[rz]?|supprime[rz]?|ote[rz]?|sans|pas de|aucune?|arrete[rz]?|plus aucune?)"
)
REMOVE = re.compile(rf"{VERB_REMOVE}\s+(?P<new>.+)")
MORE_REMOVED = re.compile(r"(?:the|any|no|nor|le|la|les|l'|du|de la|ni|aucune?)\s*\b(?P<new>.+)")
ANY_REMOVED = re.compile(r"(?:(?:or|ou|ni|nor) )(?P<new>.+)")
HOLD_WORD = (
    r"hold(?:ing)?|holds|rest|stay|pause|linger|wait|remain|freeze|ending|tiens|tenez|tenir|reste[rz]?"
    r"|attend\w*|maintien\w*|marque[rz]? une pause|arret|(?<!la )fin"
)
HOLD = re.compile(
    rf"(?=.*\b(?:{HOLD_WORD})\b)(?=.*\b(?:longer|extra|plus long(?:temps|ue?s?)?"
    rf"|(?P<n>{NUMBER})\s?(?:s|sec|seconds?|secondes?)\b|at the (?:very )?(?:end|start|beginning)"
    rf"|a la (?:toute )?fin|au debut))(?!.*\b(?:handheld|main)\b)(?P<all>.+)"
)
AT_START = re.compile(r"\b(?:start|beginning|first|opening|debut|premiere)\b")
LENGTH = re.compile(
    r"(?:(?:make|have|let) (?:it|this|the (?:clip|video|shot)) (?:last |be )?"
    r"|it (?:should|must|can) (?:be|last) |lasting |last |length |duree "
    r"|(?:fais|faites)-?\s?l[ae] durer |dure[rz]? |en )?"
    rf"(?P<n>{NUMBER})[ -]?(?:s|sec|seconds?|secondes?)(?: long| clip| in total| de long| en tout)?"
)
LONGER = re.compile(
    r"(?:make (?:it|the (?:clip|video|shot)) |(?:a )|rends-?\s?l[ae] "
    r"|fais-?\s?l[ae] |(?:un )?clip )?"
    rf"{LEVEL}(?:(?P<up>longer|plus longue?)|(?P<down>shorter|plus courte?))(?: clip| video)?"
)
REVERSE = re.compile(
    r"\b(?:reverse[ds]?|invert(?:ed)?|flip(?:ped)?"
    r"|(?:in |the )*(?:other|opposite) (?:way|direction)"
    r"(?: round| around)?|inverse[rz]?|(?:dans )?(?:l'autre|le) sens(?: inverse)?|sens inverse"
    r"|direction opposee)\b"
)
REPLACE = re.compile(
    r"(?:replace|swap|change|turn|switch|substitute|remplace[rz]?|change[rz]?|transforme[rz]?)\s+"
    r"(?P<old>.+?)\s+(?:with|by|for|into|to|par|contre|en|pour)\s+(?P<new>.+)"
)
# "replace the dog with a cat", "turn it into a cat": something else in the picture, not a manner.
OTHER_THING = re.compile(
    r"(?:replace|swap|substitute|remplace[rz]?)\b.*"
    r"|(?:change|turn|switch|transforme[rz]?).*\b(?:into|to|for|en|pour|contre)\s+(?:an?|une?)\b.*"
)
INSTEAD = re.compile(
    r"(?P<new>.+?)\s+(?:instead of|rather than|au lieu (?:de |d'|du |des )?|plutot qu[e'](?: de)?"
    r"|a la place (?:de |d'|du |des ))\s*(?P<old>.+)"
)
INSTEAD_FIRST = re.compile(r"(?:plutot|rather)\s+(?P<new>.+?)\s+(?:que|qu'|than)\s*(?P<old>.+)")
INSTEAD_ALONE = re.compile(
    r"(?:(?:instead|rather|plutot)\s+(?P<new>.+)|(?P<pre>.+?)\s+(?:instead|a la place|plutot))"
)
APPEND = re.compile(
    r"(?:and |et )?(?:then|puis|ensuite|after that|afterwards|finally|enfin|(?:end|finish|conclude"
    r"|close|termine[rz]?|fini[srtz]*)\s+(?:with|on|by|par|sur|avec))\s+(?P<new>.+?)"
    r"(?:\s+(?:at the (?:very )?end|a la (?:toute )?fin))?"
)
AT_END = re.compile(
    r"(?P<new>.+?)\s+(?:at the (?:very )?end|a la (?:toute )?fin|to finish|pour finir)"
)
PREPEND = re.compile(
    r"(?:(?:first|d'abord)|(?:start|begin|open|commence[rz]?|debute[rz]?)\s+(?:with|by|on|par|sur"
    r"|avec))\s+(?P<new>.+)|(?P<pre>.+?)\s+(?:at the (?:very )?(?:start|beginning)"
    r"|au (?:tout )?debut)"
)
#: What happens in a moment, at another one.
RETIME = re.compile(
    r"(?:move|shift|put|place|set|bring|delay|decale[rz]?|deplace[rz]?|mets|mettez|place[rz]?)\s+"
    r"(?P<new>(?:the |her |his |its |their |le |la |les |l'|son |sa |ses ).+?)\s+"
    rf"(?:to|at|until|a)\s+(?P<n>{NUMBER})\s?(?:s|sec|seconds?|secondes?)"
)
_EXTRA = r"(?:an? )?(?:extra|additional|second|further)|another|one more|encore une?|une? autre"
EXTRA = re.compile(rf"(?:{_EXTRA})\s+(?P<new>.+)")
ADD = re.compile(
    r"(?:also |aussi |and |et )?(?:add|include|put in|bring in|give it|with|ajoute[rz]?|mets|mettez"
    r"|rajoute[rz]?|avec)\s+(?:also |aussi )?(?P<new>.+)"
)
MAKE = re.compile(
    r"(?:make|turn|set|shift|render|rends|rendez|fais|faites|passe[rz]?|mets|mettez)[- ]"
    r"(?:(?:it|this|that|le|la|l'|the (?:scene|shot|light|clip|picture|image|video|time|weather)"
    r"|la (?:scene|lumiere)|l'image)\s*)?"
    r"(?:(?:be|look|feel|happen|into|to|at|in|a|au|en|de|que)\s+)*"
    r"(?P<new>.+)"
)
#: How often something is done: "only one blink", « cligne une seule fois ».
_COUNT = (
    r"(?P<once>one|once|a single|une? seule?|une)|(?P<two>two|twice|deux)"
    r"|(?P<three>three|thrice|trois)"
)
COUNT = re.compile(
    r"(?!.*\b(?:more|extra|other|autre|de plus|start|beginning|end|fin|debut)\b)"
    rf"(?:(?:only|just|seulement|juste)\s+)?(?:{_COUNT})\s+(?P<new>[a-z' ]+?)"
    r"(?:\s+(?:only|please|seulement|stp|svp|s'il te plait|s'il vous plait))?"
)
COUNTED = re.compile(
    r"(?P<new>[a-z' ]+?)\s+(?:(?:only|just|seulement|juste)\s+)?"
    r"(?:(?P<once>once|one time|une seule fois|une fois)|(?P<two>twice|two times|deux fois)"
    r"|(?P<three>thrice|three times|trois fois))(?:\s+(?:only|please|seulement|stp|svp))?"
)
# Begins where a run of spaces begins, so that long ones are looked at once.
SEPARATOR = re.compile(
    r"(?<!\s)(?:\s*(?:[;!?\n]|\.(?!\d))+\s*|\s*(?:(?<!\d),|,(?!\d))\s*(?:(?:but|and|mais|et)\s+)?"
    r"|\s+(?:but|mais)\s+"
    r"|\s+(?=(?:and |et )?(?:then|puis|ensuite)\s)|\s+(?:and|et|or|ou)\s+)"
)
LEAD_SAME = re.compile(
    r"(?:the )?(?:exact )?same (?:shot|clip|video|move|thing)\s+|le meme plan\s+"
    r"|(?:just )?(?:like|as) before\s+|comme avant\s+"
)
