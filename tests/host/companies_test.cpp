#include "host/companies.h"

#include <gtest/gtest.h>

namespace dscore {
namespace {

TEST(CompanyShares, CountCompaniesAndTheLargest) {
  const std::vector<std::int64_t> company{7, 3, 7, 3, 9, 7};
  const std::vector<double> jobs{1, 4, 2, 3, 10, 0};
  const std::vector<std::uint16_t> region{0, 0, 0, 2, 2, 3};
  const std::vector<CompanyShare> shares = company_shares(company, jobs, region, 4);
  ASSERT_EQ(shares.size(), 5U);
  EXPECT_EQ(shares[0].companies, 2U);
  EXPECT_DOUBLE_EQ(shares[0].largest_jobs_share, 4.0 / 7);
  EXPECT_EQ(shares[1].companies, 0U);
  EXPECT_TRUE(is_missing(shares[1].largest_jobs_share));
  EXPECT_EQ(shares[2].companies, 2U);
  EXPECT_DOUBLE_EQ(shares[2].largest_jobs_share, 10.0 / 13);
  EXPECT_EQ(shares[3].companies, 1U);
  EXPECT_TRUE(is_missing(shares[3].largest_jobs_share)) << "no jobs, no share of them";
  EXPECT_EQ(shares[4].companies, 3U) << "a company in two regions is one in the nation";
  EXPECT_DOUBLE_EQ(shares[4].largest_jobs_share, 10.0 / 20);
}

TEST(CompanyShares, OfNobody) {
  const std::vector<CompanyShare> shares = company_shares({}, {}, {}, 2);
  ASSERT_EQ(shares.size(), 3U);
  for (const CompanyShare& share : shares) {
    EXPECT_EQ(share.companies, 0U);
    EXPECT_TRUE(is_missing(share.largest_jobs_share));
  }
}

}  // namespace
}  // namespace dscore
