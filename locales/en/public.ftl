home-h = Waivers for humanitarian supply under sanctions
home-lead = A joint service of two sides: public notice, dossier, joint review, a decision within 30 days, shipments under watch, and an outcome anybody can read.
