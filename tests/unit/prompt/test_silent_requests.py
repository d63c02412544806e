"""Plain requests for what is seen, in which no word asks for a sound, and near ones that do."""

from __future__ import annotations

from typing import Final

import pytest

from kinora.prompt import read_prompt

#: Camera, motion, light, products, food, portraits, places: one request a line.
ENGLISH: Final = """
Water droplets on a beer bottle
Drops of water on a watch, macro
Water drops on a perfume bottle, black background
Drip painting
Honey drips down a spoon
Paint drips down the wall
Icing drips down the cake
Wax drips down the candle
Dripping with jewels
Chocolate dripping, macro
Slow breathing zoom
Slow breathing motion, zoom in
Kids playing chess, overhead
Boys playing, slow pan
Scissors cutting ribbon, stop motion
Running steps of the stairway
Sneakers on the stairs, low tracking shot
Sneakers on gravel, low tracking shot
The stock market crash
Screaming colours
A roaring lion statue
Bang bang shrimp on a plate
A brass ring
Friends toast with wine glasses, slow motion
Trumpet on a chair, macro
Football stadium at dusk, aerial
Slow push in on a perfume bottle, soft window light
Orbit around a wristwatch on black marble
Dolly zoom on a surprised face
A woman looks at the camera and smiles, shallow depth of field
Crane up over a mountain lake at dawn, mist rising
Handheld, a chef plates a dessert
Steam rises from a cup of coffee, macro
Sunlight moves across the wall, timelapse
The model turns her head slowly, hair blowing
Golden hour portrait, lens flare, gentle sway
Product rotates on a turntable, studio light
Clouds drift over the hills, static camera
Pan left across the skyline at dusk
Candle flame flickers, very slow zoom in
Tilt up from the shoes to the face
Rack focus from the ring to the bride
A couple walks hand in hand on the beach
Waves ripple gently, drone shot from above
Slow motion hair flip, beauty ad
Ice cubes fall into a glass of whisky, slow motion
Burger close-up, melted cheese, orbit right
Pizza slice lifted, cheese stretches
Chocolate sauce poured over pancakes, slow motion
Sushi platter, slider left to right
A bowl of ramen, steam, tilt down
Bread fresh from the oven, warm light, push in
Red sports car on a mountain road, tracking shot
Motorbike parked in the neon rain, dolly in
Sneaker floating and rotating, white background
Necklace sparkles, macro, slow pan
Lipstick tube, glossy reflections, smooth orbit
Smartphone on a desk, screen lights up
Headphones on a stand, colourful light sweep
Guitar leaning against a wall, slow zoom
Old clock on the mantelpiece, push in
Typewriter on a wooden desk, dolly in
Vintage radio, warm light, pan right
Camera on a tripod, sunset behind
Church interior, light shafts, tilt up
Bell tower against the sky, slow tilt
Lighthouse on a cliff, aerial orbit
Fishing boats in the harbour, slow pan
Train station at dawn, empty platform, dolly forward
Subway corridor, flickering light, push in
Airport window, plane on the tarmac
Forest path, sunbeams, walking POV
Waterfall seen from far away, static shot
River valley, aerial, fly forward
Snow falls softly on the cabin, slow zoom out
Desert dunes, wind shapes the sand, wide shot
Northern lights dance over the fjord
City at night, traffic light trails, timelapse
Rooftop terrace, people having dinner, dolly out
Market stall with fruit, slider shot
A cat sleeps on the sofa, slow zoom
A dog looks out of the window, push in
Horse in a field, golden light, pan right
Birds fly across the sunset
Butterfly on a flower, macro
Bees on lavender, macro, slow motion
Lion portrait, slow push in
Owl turns its head, close up
Baby sleeping, soft light, gentle zoom
Children run through the field, tracking shot
Kids on a swing, slow motion
Grandmother knitting by the fire, slow push
Old man reading a newspaper, static
A dancer spins, dress flows, slow motion
Boxer portrait, sweat, hard light, push in
Surfer on the wave, slow motion
Skateboarder jumps, low angle
Basketball player with the ball, dramatic light
Runner ties her shoes, close up
Yoga on the beach at sunrise, slow orbit
Bride walks down the aisle, dolly back
Champagne glasses on a tray, bokeh
Birthday cake with candles, slow zoom
Fireworks over the city, wide shot
Crowd at a concert, hands in the air, crane shot
Stage lights sweep, smoke, push in
DJ behind the decks, neon light
Drummer portrait, black and white
Violin on red velvet, macro slide
Curtains move in the wind, soft morning light
Laundry sways on the line, slow pan
Smoke curls around the bottle, dark background
Ink swirls in water, macro
Paint splash, high speed, white background
Glitter falls, slow motion
Confetti falls on the couple
Balloons float up into the sky
Glass skyscraper, tilt up, clouds reflected
Elevator doors, symmetrical shot, push in
Hotel lobby, smooth glide forward
Kitchen interior, slow dolly right
Living room tour, wide lens, glide
Swimming pool, sun reflections, aerial
Knife on a cutting board with herbs, top shot
Coffee beans falling, slow motion
Tea being served in the garden, soft light
Wine glass on a barrel, sunset
Beer bottle with condensation, orbit left
Hammer and nails on a workbench, slider
Welder at work, orange light, slow push
Sword on a stone, mist, crane up
Knight in armor, low angle, tilt up
Astronaut on the moon, slow pan
Spaceship hovering over the city, push in
Robot arm in a factory, timelapse
Dragon perched on a cliff, epic aerial
Wizard holds a glowing staff, orbit
Ghost in a hallway, slow dolly
Zoom in fast, then freeze
Whip pan to the right, then hold
Shake the camera a little, handheld feel
Parallax effect, foreground leaves, subtle
Vertigo effect on the staircase
Snap zoom to the eyes
Crash zoom on the villain
Punch in on the logo
Pop of colour, bouncing ball of light
Pulsing glow on the logo
A beat of stillness, then a slow drift left
Echo of the shape in the mirror
Click to reveal the product, smooth pan
Light ticks across the dial, macro
Buzzing with energy, street style portrait
Loud colours, pop art look
A quiet village street, slow pan
Silent night, snowy roofs, crane up
Peaceful lake, no movement but the water
Cymbal-shaped lamp, orbit
Drum of oil in a warehouse, slow push
Bark of the tree, macro, slide left
Trunk of the elephant, close-up
Wind turbines turning on the hill
Sail boat, calm sea, aerial
Steps leading to the temple, crane up
Heels and handbag, fashion shot, slide
Boots on the wooden floor, still life, push in
Gravel road through vineyards, drone forward
Wooden deck by the lake, sunrise, dolly in
Autumn leaves on the path, low tracking shot
Hands typing, close up, shallow focus
Cutting the cake, close up
Opening the box, reveal the watch
A hand closes the laptop
She drinks water, slow motion
He blows smoke, rim light
He wipes sweat from his brow
Coins on a table, macro
Key in the lock, macro, push in
Matchbox and candle, still life
Zipper of the jacket, macro
Ring on a velvet cushion, rotating
Bubbles rise in the soda, macro
Splash art, dynamic pose
"""
FRENCH: Final = """
La foule s'écarte
Le public s'assoit
Les gens s'embrassent
Les enfants s'endorment
Le train s'arrête en gare
Le moteur s'efface
Le chien s'assoit
La pluie s'arrête
Bouteille de parfum, gouttes d'eau, fond noir
Gouttes d'eau sur une bouteille
Ambiance banquet de mariage
Une sirène dans l'océan
La sirène sur son rocher
Feu de cheminée, plan fixe
Feu de camp, étincelles
Les enfants jouent dans le jardin, plan large
Des enfants jouent aux échecs
Avion dans le ciel bleu
Crayon sur le papier, gros plan
Zoom avant lent sur un flacon de parfum, lumière douce
Travelling latéral sur une montre, fond noir
La femme tourne la tête et sourit, faible profondeur de champ
La caméra s'élève au-dessus du lac, brume matinale
Portrait à l'heure dorée, léger flottement
Le produit tourne sur un socle, lumière studio
Les nuages s'étirent au-dessus des collines
La caméra s'approche du visage
La caméra s'éloigne, la ville s'illumine
La foule s'écarte pour laisser passer la mariée
Le public s'assoit, plan large
Les gens s'embrassent, ralenti
Les enfants s'endorment, lumière douce
Les enfants s'approchent du gâteau
Le couple s'enlace sur la plage
Le chat s'étire au soleil
Le chien s'allonge sur le tapis
Le train s'éloigne dans la brume
Le bateau s'éloigne du port
La porte-fenêtre donne sur le jardin, travelling avant
La robe s'envole, ralenti
Les pétales s'envolent
Les rideaux bougent doucement
La flamme vacille, zoom très lent
Panoramique à gauche sur la skyline
Un burger, fromage fondu, orbite à droite
Une part de pizza qu'on soulève
Chocolat fondu qui coule, ralenti
Sirop versé sur des crêpes, ralenti
Miel qui coule de la cuillère, macro
Gouttes d'eau sur une pomme, macro
Gouttelettes sur une bouteille de bière
Rosée sur une feuille, macro
Perles d'eau sur la peau, gros plan
Une goutte perle sur le pétale
Vapeur qui monte d'une tasse de café
Glaçons dans un verre, lumière dorée
Vin rouge dans un verre, contre-jour
Pain sorti du four, lumière chaude
Bol de soupe fumante, plongée
Plateau de fruits de mer, travelling
Voiture rouge sur une route de montagne
Moto garée sous les néons, travelling avant
Baskets sur fond blanc, rotation
Collier qui scintille, macro
Rouge à lèvres, reflets brillants
Smartphone posé sur un bureau
Casque audio sur un support, lumière colorée
Guitare contre un mur, zoom lent
Piano à queue dans une salle vide
Vieille horloge sur la cheminée
Machine à écrire sur un bureau en bois
Poste de radio ancien, lumière chaude
Intérieur d'église, rayons de lumière
Clocher sur fond de ciel, contre-plongée
Phare sur la falaise, vue aérienne
Barques dans le port, panoramique lent
Quai de gare désert à l'aube
Couloir de métro, travelling avant
Chemin forestier, rayons de soleil
Cascade vue de loin, plan fixe
Vallée et rivière, survol
La neige tombe doucement sur le chalet
Dunes du désert, plan large
Aurores boréales au-dessus du fjord
Ville de nuit, traînées de phares
Terrasse sur le toit, dîner entre amis
Étal de fruits, travelling
Un chat dort sur le canapé
Un chien regarde par la fenêtre
Un cheval dans un pré, lumière dorée
Des oiseaux traversent le ciel
Papillon sur une fleur, macro
Abeille sur une lavande, macro
Portrait de lion, zoom lent
Hibou de face, gros plan
Bébé endormi, lumière tamisée
Des enfants courent dans un champ
Fillette sur une balançoire, ralenti
Grand-mère tricote près de la fenêtre
Vieil homme qui lit son journal
Danseuse qui tourne, robe qui vole
Boxeur en sueur, lumière dure
Surfeur sur la vague, ralenti
Skateur en plein saut, contre-plongée
Coureuse qui lace ses chaussures
Yoga sur la plage au lever du soleil
La mariée descend l'allée, travelling arrière
Coupes de champagne sur un plateau
Gâteau d'anniversaire, zoom lent
Feu d'artifice au-dessus de la ville, plan large
Foule de concert, mains levées, grue
Faisceaux de scène, fumée
Batteur en noir et blanc, portrait
Violon sur velours rouge, macro
Pages d'un livre, lumière du matin
Linge qui sèche, panoramique
Volutes de fumée autour du flacon
Encre dans l'eau, macro
Éclaboussure de peinture, haute vitesse
Paillettes qui tombent
Confettis sur les mariés
Ballons qui s'élèvent dans le ciel
Gratte-ciel en verre, contre-plongée
Hall d'hôtel, glissement vers l'avant
Cuisine ouverte, travelling à droite
Piscine, reflets du soleil, vue aérienne
Couteau et herbes sur une planche
Grains de café en chute libre
Thé servi au jardin, lumière douce
Bouteille de bière embuée
Marteau et clous sur un établi
Soudeur au travail, lumière orange
Épée plantée dans la pierre, brume
Chevalier en armure, contre-plongée
Astronaute sur la lune
Vaisseau au-dessus de la ville
Robot dans une usine, accéléré
Dragon sur une falaise, plan épique
Fantôme dans un couloir
Zoom rapide puis arrêt sur image
Panoramique filé vers la droite
Léger tremblement, caméra à l'épaule
Effet parallaxe, feuilles au premier plan
Coup de zoom sur les yeux
Respiration lente de l'image, zoom
Mouvement de respiration, très léger
Pulsation lumineuse sur le logo
Couleurs criardes, pop art
Couleurs qui claquent
Rue calme, panoramique lent
Nuit silencieuse, toits enneigés
Écorce d'arbre, macro
Marches du temple, grue
Talons et sac à main, plan mode
Bottes sur le parquet, nature morte
Chaussures sur le gravier, plan bas
Chemin de gravier dans les vignes
Feuilles mortes sur le sentier
Escalier en colimaçon, plongée
Mains sur un clavier, gros plan
La mariée coupe le gâteau
Il ferme l'ordinateur
Elle boit de l'eau, ralenti
Il souffle la fumée, contre-jour
Pièces de monnaie sur la table
Clé dans la serrure, macro
Boîte d'allumettes et bougie
Bague sur un coussin, rotation
Bulles dans le soda, macro
Le métro s'arrête à quai
La voiture s'arrête devant l'hôtel
Le soleil se couche derrière les éoliennes
Les mariés s'avancent vers l'autel
Les invités se rassemblent dans le jardin
Le robot s'anime, lumière bleue
La fusée s'élance vers les étoiles
Le coeur du logo s'illumine
La vague se retire
La musique des couleurs, abstrait
Le vent se lève dans ses cheveux
"""


def heard(prompt: str) -> list[str]:
    return [str(cue.cue) for cue in read_prompt(prompt).plan.audio]


@pytest.mark.parametrize("prompt", [*ENGLISH.strip().splitlines(), *FRENCH.strip().splitlines()])
def test_nothing_is_heard_where_only_sights_are_asked_for(prompt: str) -> None:
    assert heard(prompt) == []


@pytest.mark.parametrize(
    ("prompt", "cue"),
    [
        ("A tap drips in the dark kitchen.", "drips"),
        ("A cave, water drips from the ceiling.", "drips"),
        ("Empty cellar, drip drip.", "drips"),
        ("Dripping water in a tunnel.", "drips"),
        ("Le robinet goutte dans la cuisine.", "drips"),
        ("Une grotte, ça goutte.", "drips"),
        ("La foule s'égosille.", "cheer"),
        ("La foule rugit.", "cheer"),
        ("Les enfants crient dans la cour.", "children"),
        ("Les enfants se chamaillent et rient aux éclats.", "laughter"),
        ("Children laughing in the park.", "children"),
        ("Audio: kids playing, birds", "children"),
        ("Les enfants jouent et rient.", "children"),
        ("Le train s'ébranle.", "train"),
        ("La sirène hurle.", "siren"),
        ("Slow breathing, a heartbeat.", "breathing"),
        ("Audio: boots on wooden floor, chain rattle", "footsteps_wood"),
        ("Lightning flashes, thunder rumbles.", "thunder"),
        ("The crowd goes quiet, a car crash.", "crash"),
    ],
)
def test_what_makes_the_sound_still_tells_of_it(prompt: str, cue: str) -> None:
    assert cue in heard(prompt)


@pytest.mark.parametrize(
    ("prompt", "cues"),
    [
        ("Lightning flashes, thunder rumbles", ["thunder"]),
        ("Stars twinkle, crickets chirp", ["crickets"]),
    ],
)
def test_what_is_seen_beside_a_sound_is_not_heard(prompt: str, cues: list[str]) -> None:
    assert heard(prompt) == cues
