# SPDX-License-Identifier: MIT
# what is printed and read, as another implementation has it: python's, hexdump's, chmod's, perl's
# labels: offline unprivileged
#
# Values are random: SHMBOX_SEED sets the seed, which is printed.

setup()
{
    load ../lib/helper
    common_setup
    seed=${SHMBOX_SEED-$((RANDOM * 32768 + RANDOM))}
    echo "SHMBOX_SEED=$seed"
    many=12000
    # with the sanitizers it takes ten times as long
    [ "$SHMBOX_VARIANT" = release ] || many=2000
}

teardown() { common_teardown; }

# opinion WHAT TYPE COUNT - values of a field, and what python has of them
opinion() { python3 "$SHMBOX_SOURCE/tests/applets/second-opinion.py" "$@" "$seed"; }

# prints_like_python TYPE COUNT - half of them with each byte order
prints_like_python()
{
    local half=$(($2 / 2)) bytes=$((${1#?} / 8))
    opinion print "$1" "$2"
    poke "$id" 0 <bits
    shmpeek "$id" "${1}le@0:$half" "${1}be@$((half * bytes)):$half" >got
    cmp -s wanted got || {
        diff <(tr ' ' '\n' <wanted) <(tr ' ' '\n' <got) | head -n 20
        return 1
    }
}

# reads_like_python TYPE COUNT
reads_like_python()
{
    opinion read "$1" "$2"
    xargs -0 -s 1500000 shmpoke "$id" <words
    peek "$id" 0 "$(($2 * ${1#?} / 8))" >got
    cmp wanted got
}

@test "integers of every type are printed and read as by python" {
    segment 64K
    for type in u8 i8 u16 i16 u32 i32 u64 i64; do
        prints_like_python "$type" 3000
        reads_like_python "$type" 3000
    done
}

@test "floating-point numbers are printed with the fewest digits that parse back, the nearest of these" {
    segment 256K
    prints_like_python f32 "$many"
    prints_like_python f64 "$many"
}

@test "texts are parsed to the nearest floating-point number, or to the even one of two" {
    segment 256K
    reads_like_python f32 "$many"
    reads_like_python f64 "$many"
}

@test "a dump equals that of hexdump -C for any content" {
    segment 256K
    perl -e 'srand shift; my ($id, $count) = splice @ARGV, 0, 2; my $row = "row by row by ro";
        for (1 .. $count) {
            # runs of equal bytes and rows, at all distances from the edges of a row
            my $bytes = ""; my $runs = int rand 12;
            for (0 .. $runs) {
                my $kind = int rand 4; my $length = int rand(rand(4) < 1 ? 9000 : 70);
                $bytes .= $kind == 0 ? "\0" x $length : $kind == 1 ? chr(rand 256) x $length :
                    $kind == 2 ? substr($row x ($length / 16 + 1), 0, $length) : join "", map { chr rand 256 } 1 .. $length;
            }
            my $length = length $bytes or next; my $offset = 16 * int rand 64;
            shmwrite $id, $bytes, $offset, $length or die "shmwrite: $!\n";
            open my $file, ">", "bytes" or die; print $file "\0" x $offset, $bytes; close $file or die;
            my $wanted = qx(hexdump -C -s $offset bytes);
            # the last line is the end offset: ours prints it only after a star
            $wanted =~ s/^[0-9a-f]{8}\n\z//m if $wanted !~ /^\*\n[0-9a-f]{8}\n\z/m;
            my $got = qx(shmcat --hex --offset $offset --length $length $id);
            next if $got eq $wanted;
            rename "bytes", "differs"; print "of $offset to the end of ", "differs\n";
            for (["wanted", $wanted], ["got", $got]) { open my $file, ">", $_->[0] or die; print $file $_->[1]; close $file }
            system "diff wanted got"; exit 1;
        }' "$seed" "$id" "$(often 60 1000)"
}

@test "symbolic modes change a segment as chmod changes a file, and the same modes are refused" {
    perl -MIPC::SysV=IPC_PRIVATE,IPC_CREAT,IPC_RMID -e 'srand shift; my $count = shift;
        sub some { my ($letters, $most) = @_; join "", map { substr $letters, rand length $letters, 1 } 1 .. rand($most + 1) }
        sub clause { some("ugoa", 2) . join "", map { some("+-=", 0) . substr("+-=", rand 3, 1) . (rand(4) < 1 ? substr("ugo", rand 3, 1) : some("rwx", 3)) } 0 .. rand 2 }
        for (1 .. $count) {
            my $mode = rand(6) < 1 ? sprintf "%o", rand 512 : join ",", map clause(), 0 .. rand 3;
            substr $mode, rand length $mode, rand 2, some("ugoa+-=rwx,", 1) if rand(4) < 1;
            # chmod of the GNU takes +7 too
            next if $mode =~ /\d/ && $mode =~ /\D/;
            umask rand(2) < 1 ? 022 : rand 512;
            my (@ids, @files);
            for my $i (0 .. 7) {
                my $before = int rand 512;
                push @ids, shmget(IPC_PRIVATE, 1, IPC_CREAT | $before) // die "shmget: $!\n";
                open my $file, ">", "file$i" or die "$!\n"; close $file; chmod $before, "file$i"; push @files, "file$i";
            }
            open my $keep, ">&", \*STDERR; open STDERR, ">", "said";
            # if the umask affects a, chmod complains after it has changed the file
            my $theirs = system("chmod", "--", $mode, @files) >> 8;
            my $invalid = $theirs && do { local $/; open my $said, "<", "said"; <$said> =~ /invalid mode|missing operand/ };
            my $ours = system("shmset", "--mode=$mode", @ids) >> 8;
            open STDERR, ">&", $keep;
            my %mode; open my $table, "<", "/proc/sysvipc/shm" or die "$!\n";
            while (<$table>) { my (undef, $id, $perms) = split; $mode{$id} = oct($perms) & 0777 if $id =~ /^\d+$/ }
            my @differ = grep { $mode{$ids[$_]} != ((stat $files[$_])[2] & 0777) } 0 .. 7;
            shmctl $_, IPC_RMID, 0 or die "shmctl: $!\n" for @ids;
            my $umask = umask;
            die sprintf "mode %s, umask %03o: status %d, chmod %s\n", $mode, $umask, $ours, $invalid ? "refuses it" : "takes it"
                if $ours != ($invalid ? 2 : 0);
            die sprintf "mode %s, umask %03o: %03o became %03o\n", $mode, $umask, (stat $files[$_])[2] & 0777, $mode{$ids[$_]} for @differ;
        }' "$seed" "$(often 120 2000)"
}

@test "keys of paths are those of ftok(3)" {
    perl -MIPC::SysV=ftok -e 'srand shift; my @paths;
        for (1 .. 300) {
            my $path = "f$_" . join "", map { chr(33 + rand 94) } 1 .. rand 60; $path =~ tr{/}{_};
            if (rand(3) < 1) { mkdir $path } else { open my $file, ">", $path or die "$path: $!\n" }
            push @paths, $path;
        }
        push @paths, qw(/ /dev /dev/null /proc/version /etc/passwd .. .);
        for my $proj (1, 255, 1 + int rand 255) {
            open my $keys, "-|", "shmkey", "--proj", $proj, "--", @paths or die "$!\n";
            for (@paths) {
                my $wanted = sprintf "0x%08x", 0xffffffff & ftok($_, $proj);
                chomp(my $got = <$keys> // "");
                $got eq $wanted or die "$_, project $proj: $got, ftok $wanted\n";
            }
            close $keys or die "status $?\n";
        }' "$seed"
}
