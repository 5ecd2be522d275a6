#pragma once
// A synthetic Netherlands. No register can be shipped, so this makes one of the published size and shape: plausible
// enough to try, test and time the program on, and not a source of findings about any real place.
//
// What is exact (at scale 1), after the PBL/CBS note (2012), whose figures are in host/synth_tables.h:
// - the sizes of the 16 populations; agrofood_narrow lies in agrofood_broad and htsm_brainport in htsm_manufacturing;
// - establishments by region, w_r of 1.2 million, and by sector and region, n_rs = LQ_rs w_r N_s, each rounded to
//   whole numbers by largest remainder, so that the totals are the published ones;
// - jobs by sector and region: the published totals, in every one of the 14 x 40 cells, without exception. In ten of
//   them there are fewer jobs than establishments: some establishments there have no jobs.
// What is assumed:
// - apart from the two nestings, sectors share no establishments (in truth a few do);
// - the share of each sector inside the benchmarks (the table in host/synth_plan.cpp, by SBI code); the benchmarks
//   exclude each other. What they lack then is spread over the regions as w_r (1 + q_r) / 2, with q_r the mean quotient
//   of the sectors of their kind (htsm_manufacturing; htsm_services and creative_services);
// - places: 450,000 postcode points around some 660 towns (host/synth_places.h). Within its region an establishment
//   falls on a postcode with probability in proportion to attraction * (postcodes within 4 km)^g, with one g per
//   activity (host/synth_plan.cpp): -0.5 for farms, 0 for factories and greenhouses, up to 1 for services, 1.5 to 2.5
//   for creative work. Mean scores by population come out within 8 % of the published ones, by region within 0.0005 to
//   0.003 per km on average; but medians are up to 13 % too high, the largest scores of the creative and food sectors
//   20 to 30 % too low, and P95 of the services benchmark 16 % too low (0.049 against 0.058), which the
//   shares of concentrated establishments inherit;
// - jobs of a single establishment: skewed as sizes of firms are (host/synth_jobs.h);
// - companies: one establishment in ten belongs to the company of another of the same activity. A company's id is the
//   id of its first establishment.
// Rows are ordered by region and activity.

#include <cstdint>

#include "host/register.h"

namespace dscore {

struct SynthSettings {
  std::uint64_t seed = 2011;  ///< below 2^63; the same seed and scale give the same register, bit for bit, anywhere
  /// Multiplies the numbers of establishments, of members (at least 1) and of jobs; above 0, at most 100. Below 1 as
  /// many postcodes are left out, so that as many establishments share one; above 1 there are no more postcodes.
  double scale = 1;
};

/// Throws UsageError naming the first setting out of its range.
void check(const SynthSettings& settings);

/// Makes the register; checks the settings. Takes about a second at scale 1.
Register synthesise(const SynthSettings& settings);

}  // namespace dscore
