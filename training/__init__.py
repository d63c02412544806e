"""How the networks that ship in the wheel are made: data, models, training, evaluation, export."""
