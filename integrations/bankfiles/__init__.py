"""Bank statement files: CAMT.053 and .054, MT940 and MT942, BAI2, OFX and QFX, CSV."""
