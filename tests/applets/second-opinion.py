# SPDX-License-Identifier: MIT
"""second-opinion.py - values, and what is right of them by another implementation

usage: second-opinion.py print TYPE COUNT SEED   makes the file bits, and in the file wanted what
                                                 shmpeek prints of them
       second-opinion.py read TYPE COUNT SEED    makes the file words of assignments with a NUL
                                                 after each, and wanted: the bytes they make

TYPE is that of a field without its byte order, COUNT the number of values. Half of the values
have the low byte first, and half the high byte.
"""

import random
import struct
import sys
from decimal import Decimal
from fractions import Fraction

what, kind, count, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
random.seed(f"{what} {kind} {seed}")
width = int(kind[1:]) // 8
letter = {"f4": "f", "f8": "d"}.get(kind[0] + str(width)) or "bhiq"[[1, 2, 4, 8].index(width)]
letter = letter.upper() if kind[0] == "u" else letter
fraction_bits, most = (23, 0x7F7FFFFF) if width == 4 else (52, 0x7FEFFFFFFFFFFFFF)


def bits_of(number):
    return int.from_bytes(struct.pack(">" + letter, number), "big")


def number_of(bits):
    return struct.unpack(">" + letter, bits.to_bytes(width, "big"))[0]


# ---- floating-point numbers ----


def some_bits():
    """Of a positive finite number: of all sizes, of few digits, of few bits, at the ends."""
    choice = random.randrange(8)
    if choice < 3:
        return random.randint(0, most)
    if choice == 3:  # around a power of two
        return min(most, (random.randrange(most >> fraction_bits) << fraction_bits) + random.randint(0, 2))
    if choice == 4:
        return random.choice([0, 1, 2, 3, most, most - 1, (1 << fraction_bits) - 1, 1 << fraction_bits])
    if choice == 5:
        return bits_of(float(f"{random.randrange(1000)}e{random.randint(-30, 30)}"))
    # so few bits that an end in 5 is exact: two texts are as near
    return bits_of(random.getrandbits(24 if width == 8 else 14) * 2.0 ** random.randint(-30, 40))


def shortest(bits):
    """Digits and the exponent of the first: the shortest that reads back, of these the nearest,
    of two as near the one that is even."""
    number = Fraction(number_of(bits))
    low = (number + Fraction(number_of(bits - 1))) / 2
    gap = number - Fraction(number_of(bits - 1)) if bits == most else Fraction(number_of(bits + 1)) - number
    high = number + gap / 2
    size = len(str(number.numerator)) - len(str(number.denominator))
    size -= number < Fraction(10) ** size
    for digits in range(1, 18):
        step = Fraction(10) ** (size - digits + 1)
        below = number // step
        fits = [d for d in (below, below + 1)
                if low < d * step < high or (bits % 2 == 0 and d * step in (low, high))]
        if fits:
            best = min(fits, key=lambda d: (abs(d * step - number), d % 2))
            text = str(best)
            return text.rstrip("0"), size + len(text) - digits
    raise AssertionError(bits)


def shortest_double(bits):
    """The same of 64 bits, which python has itself."""
    number = Decimal(repr(number_of(bits)))
    return "".join(map(str, number.as_tuple().digits)).rstrip("0"), number.adjusted()


def text_of(bits):
    """As shmbox(1) writes numbers: positional from 0.00001 up to 17 digits, else 1.5e+30."""
    sign = "-" if bits >> (8 * width - 1) else ""
    bits &= (1 << (8 * width - 1)) - 1
    if bits == 0:
        return sign + "0"
    if bits > most:
        return sign + ("inf" if bits == most + 1 else "nan")
    digits, size = shortest(bits) if width == 4 else shortest_double(bits)
    if size < -5 or size >= 17:
        return f"{sign}{digits[0]}{'.' if digits[1:] else ''}{digits[1:]}e{size:+03d}"
    if size < 0:
        return f"{sign}0.{'0' * (-size - 1)}{digits}"
    digits = digits.ljust(size + 1, "0")
    return f"{sign}{digits[:size + 1]}{'.' if digits[size + 1:] else ''}{digits[size + 1:]}"


def nearest(text):
    """The bits of the number nearest to a positive text, by whole numbers alone for f32."""
    if width == 8:
        return bits_of(float(text))
    exact = Fraction(text)
    largest = Fraction(number_of(most))
    if exact >= largest + (largest - Fraction(number_of(most - 1))) / 2:
        return most + 1
    middle = bits_of(min(float(text), number_of(most)))
    return min((abs(Fraction(number_of(bits)) - exact), bits % 2, bits)
               for bits in range(max(0, middle - 1), min(most, middle + 1) + 1))[2]


def some_text():
    bits = random.randint(0, most - 1) if random.randrange(2) else min(some_bits(), most - 1)
    choice = random.randrange(4)
    if choice == 0:
        return f"{number_of(bits):.{random.randrange(40)}e}"
    if choice == 1:
        return f"{random.randrange(10 ** random.randint(1, 25))}e{random.randint(-40, 15)}"
    # the middle between two numbers, or next to it
    middle = (Fraction(number_of(bits)) + Fraction(number_of(bits + 1))) / 2
    places = middle.denominator.bit_length() - 1
    digits = str(middle.numerator * 5 ** places)
    if choice == 3 and len(digits) < 790:
        end = random.choice(["1", "0001"])
        digits += end
        places += len(end)
    return f"{digits}e{-places}"


# ---- files ----


def halves(values):
    middle = len(values) // 2
    return ("le", "<", values[:middle]), ("be", ">", values[middle:])


def pack(order, bits):
    return bits.to_bytes(width, "little" if order == "<" else "big")


def write_values():
    if kind[0] == "f":
        sign = 1 << (8 * width - 1)
        values = [random.choice([0, sign]) | some_bits() for _ in range(count - 4)]
        values += [most + 1, sign | (most + 1), most + 2, sign | (most + 2)]
        texts = [text_of(bits) for bits in values]
    else:
        values = [random.choice([random.getrandbits(8 * width), random.getrandbits(random.randint(1, 8 * width)),
                                 -random.getrandbits(random.randint(1, 8 * width)) % (1 << (8 * width))])
                  for _ in range(count)]
        texts = [str(number_of(bits)) for bits in values]
    return values, texts


def texts_to_read():
    if kind[0] != "f":
        return write_values()
    values, texts = [], []
    while len(texts) < count:
        text = some_text()
        bits = nearest(text)
        if bits <= most:
            negative = random.randrange(2)
            texts.append("-" * negative + text)
            values.append(bits | negative << (8 * width - 1))
    return values, texts


values, texts = write_values() if what == "print" else texts_to_read()
if what == "print":
    with open("bits", "wb") as file:
        for _, order, part in halves(values):
            file.write(b"".join(pack(order, bits) for bits in part))
    with open("wanted", "w") as file:
        for _, _, part in halves(texts):
            file.write(" ".join(part) + "\n")
else:
    with open("wanted", "wb") as file:
        for _, order, part in halves(values):
            file.write(b"".join(pack(order, bits) for bits in part))
    offset = 0
    with open("words", "w") as file:
        for name, _, part in halves(texts):
            while part:
                size, taken = 0, 0
                while taken < len(part) and size + len(part[taken]) < 100000:
                    size += len(part[taken]) + 1
                    taken += 1
                file.write(f"{kind}{name}@{offset}:{taken}={','.join(part[:taken])}\0")
                offset += taken * width
                part = part[taken:]
