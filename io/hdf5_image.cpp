#include "io/hdf5_image.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace dscore::hdf5 {
namespace {

constexpr std::size_t kGrowBy = 1 << 20;

void* same(void* self) { return self; }
herr_t keep(void* /*self*/) { return 0; }

}  // namespace

Image::~Image() {
  if (!borrowed_) std::free(data_);
}

void Image::borrow(std::string_view bytes) {
  data_ = const_cast<char*>(bytes.data());  // HDF5's interface; a file opened for reading is not written to
  size_ = bytes.size();
  borrowed_ = true;
}

void Image::copy(std::string_view bytes) {
  data_ = std::malloc(bytes.size());
  if (data_ == nullptr) throw std::bad_alloc();
  std::memcpy(data_, bytes.data(), bytes.size());
  size_ = bytes.size();
}

herr_t Image::attach(hid_t access) {
  H5FD_file_image_callbacks_t callbacks{allocate, copy_memory, reallocate, release, same, keep, this};
  if (H5Pset_fapl_core(access, kGrowBy, false) < 0) return -1;
  if (H5Pset_file_image_callbacks(access, &callbacks) < 0) return -1;
  return data_ == nullptr ? 0 : H5Pset_file_image(access, data_, size_);
}

// HDF5 copies an image from list to list to file; handing out the one block each time makes those copies free.
void* Image::allocate(std::size_t size, H5FD_file_image_op_t /*operation*/, void* self) {
  auto* image = static_cast<Image*>(self);
  if (image->data_ == nullptr) {
    image->data_ = std::malloc(size);
    image->size_ = image->data_ == nullptr ? 0 : size;
  }
  return size <= image->size_ ? image->data_ : nullptr;
}

void* Image::copy_memory(void* to, const void* from, std::size_t size, H5FD_file_image_op_t /*operation*/,
                         void* /*self*/) {
  if (to != from) std::memcpy(to, from, size);
  return to;
}

void* Image::reallocate(void* memory, std::size_t size, H5FD_file_image_op_t /*operation*/, void* self) {
  auto* image = static_cast<Image*>(self);
  if (image->borrowed_ || memory != image->data_) return nullptr;
  void* grown = std::realloc(image->data_, size);
  if (grown == nullptr) return nullptr;
  image->data_ = grown;
  image->size_ = size;
  return grown;
}

herr_t Image::release(void* /*memory*/, H5FD_file_image_op_t /*operation*/, void* /*self*/) { return 0; }

}  // namespace dscore::hdf5
