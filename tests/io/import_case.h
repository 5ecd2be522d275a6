#pragma once
// A small import that works, for tests to change.

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "io/import.h"
#include "tests/io/scratch.h"

namespace dscore::test {

/// The files of an import, in a folder of their own; a test changes what it is about.
struct ImportCase {
  Scratch scratch;
  std::map<std::string, std::string> files{
      {"establishments.csv",
       "lbe;be;sbi;pc;from;to;key\n"
       "1;70;1011;1234ab;2001-01-01;;1,5\n"
       "2;70;0113;1234 AB;2001-01-01;2012-06-30;0,5\n"
       "3;71;2059;5678XY;;;1\n"},
      {"postcodes.csv", "pc6,x,y,gm\n1234AB,121000,487000,GM0363\n5678XY,155000.5,463000.25,0003\n"},
      {"municipalities.csv", "gm,corop,name\n363,CR23,Groot-Amsterdam\n3,CR02,Delfzijl\n"},
      {"jobs.csv", "be,gm,jobs\n70,363,6\n70,0363,2\n71,3,4\n"},
      {"sectors.toml",
       "[[population]]\nname = \"all\"\ninclude = [\"01-99\"]\n"
       "[[population]]\nname = \"food\"\nbenchmark = \"all\"\ninclude = [\"10\"]\n"}};
  std::string config = R"([establishments]
file = "establishments.csv"
delimiter = ";"
decimal = ","
[establishments.columns]
id = "lbe"
company = "be"
sbi = "sbi"
postcode = "pc"
founded = "from"
closed = "to"
key = "key"
[selection]
date = 2011-12-31
[postcodes]
file = "postcodes.csv"
[postcodes.columns]
postcode = "pc6"
x = "x"
y = "y"
municipality = "gm"
[municipalities]
file = "municipalities.csv"
[municipalities.columns]
municipality = "gm"
region = "corop"
name = "name"
[jobs]
file = "jobs.csv"
[jobs.columns]
company = "be"
municipality = "gm"
jobs = "jobs"
[populations]
file = "sectors.toml"
)";

  /// Replaces a part of the configuration, which must be there.
  ImportCase& change(const std::string& part, const std::string& with) {
    const std::size_t at = config.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    config.replace(at, part.size(), with);
    return *this;
  }
  ImportCase& rows(const std::string& more) {
    files["establishments.csv"] += more;
    return *this;
  }

  ImportConfig parse() const { return parse_import_config("import.toml", config, scratch / ""); }
  Import run() const {
    for (const auto& [name, content] : files) scratch.write(name, content);
    return import_register(parse(), [](const std::string&, double) {});
  }
  std::string error() const {
    return error_of([&] { run(); });
  }
};

}  // namespace dscore::test
