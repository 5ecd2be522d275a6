#pragma once
// A directory into which several files are written together.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "io/text_output.h"

namespace dscore {

/// A directory, made with its parents where they do not exist.
class MadeDirectories {
 public:
  /// Throws Error, which advises another directory with `flag`; then nothing is left.
  MadeDirectories(const std::string& path, const char* flag);
  /// Removes those that were made and are empty.
  void remove();

 private:
  std::vector<std::filesystem::path> made_;  // from the outside in
};

/// Throws Error where a directory holds tables that went through disclosure control: others must not lie among them.
void refuse_disclosed(const std::string& directory);

/// Each file appears complete or not at all, and none before all are written.
class OutputDirectory {
 public:
  /// Makes the directory, and its parents. Throws Error.
  explicit OutputDirectory(std::string path);
  /// Removes what was not committed, and the directories that were made for it.
  ~OutputDirectory();
  OutputDirectory(const OutputDirectory&) = delete;
  OutputDirectory& operator=(const OutputDirectory&) = delete;

  TextOutput& open(const std::string& name);
  /// Finishes all files, then gives them their names.
  void commit();

 private:
  std::string path_;
  MadeDirectories made_;
  bool committed_ = false;
  std::vector<std::unique_ptr<TextOutput>> files_;
};

}  // namespace dscore
