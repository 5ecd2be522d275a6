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
//   exclude each other. What they lack then is spread over the regions as w_r (industry) or w_r q_r (services), with
//   q_r the mean quotient of htsm_services and creative_services;
// - places: 450,000 postcode points in nine habitats (host/synth_habitats.h): towns (some 660), the country around
//   them, city centres, industrial estates, and 63 places known by name: greenhouse districts, ports, universities,
//   where field workers lodge, the media park. Eight kinds of activity choose among them (host/synth_kinds.h), and each
//   activity is of one kind, or of two (host/synth_plan.cpp). In its region an establishment falls in a habitat in
//   proportion to the kind's coefficient times what the region has of it; there is no parameter of a region or of a
//   published figure;
// - jobs of a single establishment: skewed as sizes of firms are (host/synth_jobs.h);
// - companies: one establishment in ten belongs to the company of another of the same activity. A company's id is the
//   id of its first establishment.
// What is fitted: 14 ratios of coefficients of the kinds, three lengths of host/synth_places.cpp and two shares of a
// second kind, to the published scores of 11 sectors (national mean, median, maximum, and the means of 40 regions) and
// of the benchmarks: about 480 figures. Scored, the model comes within 2 % of the published means, 5 % of the medians,
// 11 % of the maxima, and 4 % of the benchmarks' P90 and P95, but for the P90 of industry: 29 % above a published
// figure that fits neither its P95 nor its median. Over the regions the rank correlation is 0.98 or more, and the mean
// absolute deviation 0.0003 to 0.0008 per km. bench/results/fit.json has the table, made by bench/fit_table.py. The
// scores of chemicals, water and energy were not at hand: those sectors follow their kinds, unchecked. What the model
// does not know shows in single regions: it draws too much creative work into the centre of The Hague (0.004 per km too
// high there) and too little technical work to Delft (0.002 too low). Rows are ordered by region, activity and
// benchmark, and by place.

#include <cstdint>
#include <vector>

#include "host/register.h"
#include "host/synth_given.h"

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

/// The same on places of the user's: all that would be at a postcode of the model is at the given place that
/// synth::move_to chooses for it. Regions without a place are left out. Throws Error if that leaves a population empty.
Register synthesise(const SynthSettings& settings, const GivenPlaces& places);

/// The 40 COROP regions, in the order of Register::regions.
std::vector<Region> synth_regions();

}  // namespace dscore
