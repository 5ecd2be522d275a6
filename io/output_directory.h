#pragma once
// A directory into which several files are written together.

#include <memory>
#include <string>
#include <vector>

#include "io/text_output.h"

namespace dscore {

/// Each file appears complete or not at all, and none before all are written.
class OutputDirectory {
 public:
  /// Makes the directory if its parent exists. Throws Error.
  explicit OutputDirectory(std::string path);
  /// Removes what was not committed, and the directory if it was made for it.
  ~OutputDirectory();
  OutputDirectory(const OutputDirectory&) = delete;
  OutputDirectory& operator=(const OutputDirectory&) = delete;

  TextOutput& open(const std::string& name);
  /// Finishes all files, then gives them their names.
  void commit();

 private:
  std::string path_;
  bool remove_ = false;
  std::vector<std::unique_ptr<TextOutput>> files_;
};

}  // namespace dscore
