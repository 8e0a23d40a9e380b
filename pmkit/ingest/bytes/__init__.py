"""From bytes on disk to lines of text: archives, decompression, encodings, chunks."""
