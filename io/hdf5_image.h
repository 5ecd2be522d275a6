#pragma once
// The memory of an HDF5 file that lives in memory: HDF5's core driver works on it in place, and when the file is
// closed the bytes are ours.

#include <hdf5.h>

#include <string>
#include <string_view>

namespace dscore::hdf5 {

/// Must outlive the file that uses it; does not move.
class Image {
 public:
  Image() = default;
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
  ~Image();

  /// Makes `bytes` the content; borrowed bytes are only read (open the file for reading only).
  void borrow(std::string_view bytes);
  void copy(std::string_view bytes);
  /// Makes the file access list open or create the file in this memory. Negative on failure.
  herr_t attach(hid_t access);
  std::string_view content() const { return {static_cast<const char*>(data_), size_}; }

 private:
  static void* allocate(std::size_t size, H5FD_file_image_op_t operation, void* self);
  static void* copy_memory(void* to, const void* from, std::size_t size, H5FD_file_image_op_t operation, void* self);
  static void* reallocate(void* memory, std::size_t size, H5FD_file_image_op_t operation, void* self);
  static herr_t release(void* memory, H5FD_file_image_op_t operation, void* self);

  void* data_ = nullptr;
  std::size_t size_ = 0;
  bool borrowed_ = false;
};

}  // namespace dscore::hdf5
