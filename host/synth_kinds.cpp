#include "host/synth_kinds.h"

namespace dscore::synth {

// Fitted to the published national and regional scores (least squares over the bounds), then rounded: no coefficient
// belongs to one region or one sector. Zero: not used.
// clang-format off
const std::array<ByHabitat<double>, kKinds> kKindTable = {{
    // town country centre estate greenhouse port campus lodging studio
    {{ 0,    1,     0,     0,     0,         0,   0,     4,      0 }},  // farm: farms, fishery, contractors
    {{ 0,    1,     0.013, 0,     0,         0,   0,     0,      0 }},  // food_chain: millers and markets, delicacies
    {{ 1,    4.5,   0,     0.15,  0,         0,   0,     0,      0 }},  // factory
    {{ 0,    1,     0,     0,     5,         0,   0,     0,      0 }},  // grower
    {{ 1,    2.3,   0,     0.1,   0,         8,   0,     0,      0 }},  // transport: hauliers, skippers, shipyards
    {{ 1,    1.5,   0.06,  0,     0,         0,   4,     0,      0 }},  // office: services, research
    {{ 1,    0.5,   0.4,   0,     0,         0,   0,     0,      6 }},  // creative
    {{ 1,    1,     0.03,  0.1,   0,         0,   0,     0,      0 }},  // everyday: shops, care, building; not scored
}};
// clang-format on

}  // namespace dscore::synth
