#include "host/synth_habitats.h"

namespace dscore::synth {
namespace {

// clang-format off
constexpr auto kNamedPlaces = std::to_array<NamedPlace>({
    // Glass, nurseries and bulbs
    {Habitat::greenhouse, 26, "Westland", 74500, 446300, 4300, 30},
    {Habitat::greenhouse, 25, "Pijnacker-Nootdorp", 89800, 447500, 2500, 5},
    {Habitat::greenhouse, 28, "Bleiswijk, Bergschenhoek", 94500, 447300, 2500, 7},
    {Habitat::greenhouse, 22, "Aalsmeer", 111800, 474300, 3000, 8},
    {Habitat::greenhouse, 27, "Boskoop", 105000, 454300, 2500, 12},
    {Habitat::greenhouse, 24, "Bollenstreek", 96000, 475000, 4000, 12},
    {Habitat::greenhouse, 24, "Rijnsburg", 91000, 468500, 2000, 4},
    {Habitat::greenhouse, 17, "Anna Paulowna, Breezand", 112500, 543000, 5000, 12},
    {Habitat::greenhouse, 17, "Andijk, Bovenkarspel", 144000, 526500, 4000, 6},
    {Habitat::greenhouse, 17, "Middenmeer", 126500, 534500, 4000, 4},
    {Habitat::greenhouse, 18, "Heerhugowaard", 116000, 520500, 4000, 2},
    {Habitat::greenhouse, 36, "Venlo", 205500, 378500, 4000, 6},
    {Habitat::greenhouse, 36, "Horst, Sevenum", 200500, 384000, 4000, 4},
    {Habitat::greenhouse, 15, "Bommelerwaard", 144000, 423500, 5000, 6},
    {Habitat::greenhouse, 15, "Opheusden", 173000, 439000, 3000, 7},
    {Habitat::greenhouse, 14, "Huissen, Bemmel", 191500, 435500, 3000, 5},
    {Habitat::greenhouse, 7, "Klazienaveen, Erica", 260500, 528500, 3000, 3},
    {Habitat::greenhouse, 32, "Zundert", 103800, 388000, 4000, 7},
    {Habitat::greenhouse, 32, "Made", 112500, 411000, 4000, 4},
    {Habitat::greenhouse, 34, "Haaren, Boxtel", 146000, 401000, 4000, 3},
    {Habitat::greenhouse, 35, "Asten, Someren", 179000, 378000, 4000, 3},
    {Habitat::greenhouse, 3, "Berlikum", 171500, 584000, 3000, 2},
    {Habitat::greenhouse, 39, "Luttelgeest", 185500, 528500, 5000, 8},
    {Habitat::greenhouse, 39, "Almere Buitenvaart", 147000, 492500, 3000, 1},
    {Habitat::greenhouse, 30, "Terneuzen", 46500, 366500, 3000, 2},
    {Habitat::greenhouse, 31, "Kapelle", 56000, 390500, 6000, 3},
    // Ports
    {Habitat::port, 28, "Waalhaven, Eemhaven", 90500, 433500, 2500, 40},
    {Habitat::port, 28, "Botlek, Pernis", 82500, 433000, 3000, 25},
    {Habitat::port, 28, "Europoort, Maasvlakte", 68000, 440500, 5000, 15},
    {Habitat::port, 29, "Zwijndrecht, Dordrecht", 103500, 424800, 2500, 25},
    {Habitat::port, 29, "Sliedrecht, Hardinxveld", 114500, 426400, 3000, 10},
    {Habitat::port, 33, "Werkendam", 120700, 424700, 1500, 8},
    {Habitat::port, 22, "Amsterdam Westpoort", 115500, 491300, 3000, 15},
    {Habitat::port, 22, "Schiphol", 111500, 479500, 2500, 20},
    {Habitat::port, 19, "IJmuiden", 102500, 497300, 2000, 6},
    {Habitat::port, 21, "Zaandam", 115500, 494500, 2000, 3},
    {Habitat::port, 32, "Moerdijk", 100500, 410800, 2500, 8},
    {Habitat::port, 31, "Vlissingen-Oost", 38500, 386500, 3000, 6},
    {Habitat::port, 30, "Terneuzen, Sas van Gent", 45500, 370500, 3000, 8},
    {Habitat::port, 1, "Delfzijl", 257500, 594500, 1500, 8},
    {Habitat::port, 2, "Eemshaven", 250500, 607500, 2000, 2},
    {Habitat::port, 3, "Harlingen", 157500, 576400, 1500, 3},
    {Habitat::port, 4, "Sneek and the lakes", 171000, 556500, 7000, 4},
    {Habitat::port, 17, "Den Helder", 113500, 552500, 2000, 4},
    {Habitat::port, 37, "Maasbracht", 190200, 350400, 1500, 5},
    {Habitat::port, 36, "Venlo", 206500, 377000, 2000, 6},
    {Habitat::port, 38, "Born, Stein", 183500, 336000, 2000, 3},
    {Habitat::port, 33, "Tilburg, Waalwijk", 133000, 411500, 2000, 4},
    {Habitat::port, 39, "Urk", 169500, 519400, 1500, 3},
    // Universities
    {Habitat::campus, 2, "Groningen", 233800, 582300, 1500, 28},
    {Habitat::campus, 24, "Leiden", 92800, 464200, 1500, 19},
    {Habitat::campus, 16, "Utrecht", 138300, 455700, 2000, 31},
    {Habitat::campus, 26, "Delft", 85200, 446800, 1500, 18},
    {Habitat::campus, 14, "Nijmegen", 187800, 427000, 1500, 18},
    {Habitat::campus, 12, "Wageningen", 174200, 443000, 1500, 7},
    {Habitat::campus, 22, "Amsterdam VU, AMC", 119300, 483300, 2000, 25},
    {Habitat::campus, 28, "Rotterdam EUR", 94500, 436800, 1500, 22},
    {Habitat::campus, 35, "Eindhoven", 161300, 384200, 2000, 8},
    {Habitat::campus, 11, "Enschede", 255500, 473500, 1500, 9},
    {Habitat::campus, 38, "Maastricht", 176800, 316700, 1500, 16},
    {Habitat::campus, 33, "Tilburg", 132300, 397200, 1500, 13},
    // Contractors and field workers of the Westland, who live in The Hague
    {Habitat::lodging, 25, "Den Haag, Schilderswijk and Transvaal", 80000, 453900, 1500, 10},
    // The media park
    {Habitat::studio, 23, "Hilversum, media park", 140500, 471500, 1500, 10},
});
// clang-format on

}  // namespace

std::span<const NamedPlace> named_places() { return kNamedPlaces; }

}  // namespace dscore::synth
