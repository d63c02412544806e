"""The text classifier of the policy: sentences, a student of a sentence encoder, the fit."""
