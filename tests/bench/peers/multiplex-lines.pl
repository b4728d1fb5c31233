#!/usr/bin/perl
# Line echo with Net::Server::Multiplex: the port is the first argument.
use strict;
use warnings;

package Echo;
use base qw(Net::Server::Multiplex);

sub mux_input {
    my ($self, $mux, $client, $input) = @_;
    while ($$input =~ s/^([^\n]*)\n//) {
        my $line = $1;
        $line =~ s/\r$//;
        print "$line\n";
    }
}

Echo->run(host => '127.0.0.1', port => $ARGV[0], proto => 'tcp', log_level => 1, no_client_stdout => 0);
