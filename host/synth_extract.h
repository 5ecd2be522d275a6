#pragma once
// The synthetic Netherlands as the raw extracts that a register delivers, with the dirt that real ones have. Importing
// the extract gives the register back: the same establishments in the same order at the same places.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/date.h"
#include "host/postcode.h"
#include "host/register.h"

namespace dscore {

struct RawEstablishment {
  std::int64_t id = 0;
  std::int64_t company = 0;
  std::string sbi;       ///< "0111", "01.11"; bad in a few rows
  std::string postcode;  ///< "1234AB", "1234 AB", "1234ab"; unknown in a few rows
  Day founded;
  std::optional<Day> closed;
  double key = 0;  ///< share in the company's jobs in the municipality
};

struct RawPostcode {
  Postcode postcode = 0;
  double x_m = 0;
  double y_m = 0;
  std::uint32_t municipality = 0;
};

struct RawMunicipality {
  std::uint32_t number = 0;
  std::string name;
  std::uint16_t region = 0;  ///< index into Register::regions
};

struct RawJobs {
  std::int64_t company = 0;
  std::uint32_t municipality = 0;
  double jobs = 0;
};

struct Extract {
  std::vector<RawEstablishment> establishments;
  std::vector<RawJobs> jobs;
  std::vector<RawPostcode> postcodes;
  std::vector<RawMunicipality> municipalities;
};

/// Takes a register that `synthesise` made apart. Every place gets a postcode, every region its towns as
/// municipalities (made up: a place belongs to the nearest town), every establishment an SBI code that its memberships
/// follow from (host/synth_sbi.h). Dirt: establishments closed before 2012 (3 % more rows), founded later (1 %), with
/// unknown postcodes (0.3 %), with bad SBI codes (0.1 %), repeated (0.2 %); postcodes with blanks and small letters;
/// jobs in two rows (2 %), jobs of companies without an establishment, and half of those with one job each missing.
/// Throws Error where there are more places than postcodes.
Extract make_extract(const Register& population, std::uint64_t seed);

}  // namespace dscore
