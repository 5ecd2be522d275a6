"""Colours and type. Every palette can be told apart with the common kinds of colour blindness."""

INK = "#222222"
GREY = "#6e6e6e"
FAINT = "#c9c9c9"
LAND = "#f3f3f1"
BORDER = "#9a9a98"

# Okabe and Ito's colours.
BLUE, ORANGE, GREEN, VERMILION, SKY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9"

# Deciles 1 to 10: blue below the median, orange and red above it, the highest darkest.
DECILES = ["#2f5c9e", "#4f79b5", "#7198c8", "#93b1d2", "#aebcc8", "#d8ac83", "#e68e55", "#d9622f", "#b8361c", "#7a0f0f"]
NO_SCORE = "#8a8a8a"

STRONG, VERY_STRONG = ORANGE, "#4a0d4f"  # P90-P95, > P95

TYPES = {1: VERMILION, 2: BLUE, 3: GREEN, 0: "#b0b0b0"}  # the note's Table 1

SETTINGS = {
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "text.color": INK,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "pdf.fonttype": 42,  # text stays text
}
